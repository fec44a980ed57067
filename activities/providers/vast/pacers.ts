import { createPacer, type Pacer } from '../http/pacer.ts'

/** Least time between two calls of one account to an endpoint: what its refusals name, and a margin. */
const INTERVALS_MS = {
  search: 1_500,
  create: 5_000,
  destroy: 3_300,
  manage: 1_200,
  show: 2_200,
  list: 1_200,
  charges: 1_200,
} as const

export type VastPacers = Record<keyof typeof INTERVALS_MS | 'account', Pacer>

/** One turnstile for each endpoint, and a wide one for the account; `factor` stretches or shrinks the intervals. */
export function createVastPacers({ provider, factor }: { provider: string; factor: number }): VastPacers {
  const every = (ms: number): Pacer =>
    createPacer({ provider, limits: [{ requests: 1, windowMs: Math.max(1, ms * factor) }] })
  return {
    account: every(100),
    search: every(INTERVALS_MS.search),
    create: every(INTERVALS_MS.create),
    destroy: every(INTERVALS_MS.destroy),
    manage: every(INTERVALS_MS.manage),
    show: every(INTERVALS_MS.show),
    list: every(INTERVALS_MS.list),
    charges: every(INTERVALS_MS.charges),
  }
}
