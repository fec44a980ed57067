import type { Failure } from '../../shared/api/failure.ts'

export interface ClosedSeller {
  provider: string
  /** What the operator or the provider said, in whatever language; null where nobody said anything. */
  reason: string | null
}

/** Who takes no new pods at all, where that is why an offer is gone; null where the offer alone is. */
export function closedSeller({ code, data }: Pick<Failure, 'code' | 'data'>): ClosedSeller | null {
  const { providerName, reason } = data
  if (code !== 'offer_gone' || typeof providerName !== 'string') return null
  return { provider: providerName, reason: typeof reason === 'string' ? reason : null }
}
