import { problem } from '../../http/problem.ts'

/** What is known of an offer that cannot be rented now. */
export interface OffMarket {
  /** Who takes no new pods at all, and why: the market shows it too. Null where it is the offer alone that is gone. */
  closed: { providerName: string; reason: string | null } | null
  /** Key of its GPU; undefined where nothing is known of it any more. */
  gpu: string | undefined
}

/** `offer_gone`: the refusal to quote or rent it, with where the same GPU is still to be had. */
export function offerGone({ closed, gpu }: OffMarket) {
  const data = { ...closed, ...sameGpu(gpu) }
  const detail = `${closed ? closedWords(closed) : 'This offer is no longer on the market.'} Choose another one; nothing was charged.`
  return problem('offer_gone', detail, Object.keys(data).length === 0 ? {} : { data })
}

/**
 * The same for whoever opens its address: `offer_gone` while its provider takes no new pods, for then it is still there and
 * may be sold again; `not_found` where it is gone for good.
 */
export function notListed(off: OffMarket) {
  if (off.closed) return offerGone(off)
  const detail = 'This offer is not on the market any more. Search again for what can be had now.'
  return problem('not_found', detail, off.gpu === undefined ? {} : { data: sameGpu(off.gpu) })
}

function closedWords({ providerName, reason }: NonNullable<OffMarket['closed']>): string {
  const why = reason === null ? ' at the moment' : `: ${reason.trim().replace(/\.$/, '')}`
  return `${providerName} takes no new pods${why}.`
}

/** Where the next best offers of the same GPU are. */
const sameGpu = (gpu: string | undefined) =>
  gpu === undefined ? {} : { gpu, alternatives: `/v1/catalog/listings?gpu=${encodeURIComponent(gpu)}` }
