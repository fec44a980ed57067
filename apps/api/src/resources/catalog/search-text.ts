import type { Gpu, Offer } from '@berth/contract/offer'

/**
 * The words of an offer, each after a space, for `matchesSearch`. Joined forms ("rtx4090", "h100sxm") and the
 * number inside a name ("a100" → "100") are words too, because people type all of them.
 */
export function searchText(offer: Offer, providerName: string): string {
  const words = new Set([
    ...gpuWords(offer.gpu),
    ...[offer.provider, providerName, offer.soldFor ?? '', offer.region.code].flatMap(wordsOf),
    (offer.region.country ?? '').toLowerCase(),
    offer.podKind,
    offer.gpuCount === 0 ? 'cpu' : `${offer.gpuCount}x`,
    offer.spot ? 'spot' : '',
  ])
  return [...words].map((word) => ` ${word}`).join('')
}

function gpuWords(gpu: Gpu): string[] {
  const model = wordsOf(gpu.model).join('')
  return [
    ...[gpu.model, gpu.rawName, gpu.key].flatMap(wordsOf),
    ...(gpu.model.match(/\d+/g) ?? []),
    model,
    `${model}${gpu.formFactor}`,
    ...[gpu.vendor, gpu.formFactor].filter((word) => word !== 'none' && word !== 'unknown'),
    gpu.memoryGib > 0 ? `${gpu.memoryGib}gb` : '',
  ]
}

/** "8 x H100 80 GB" → ["8x", "h100", "80gb"]: the words to look for, units joined to their number. */
export function searchTerms(query: string): string[] {
  return wordsOf(
    query
      .toLowerCase()
      .replace(/\b(\d+)\s*g(?:i?b)?\b/g, '$1gb')
      .replace(/\b(\d+)\s*[x×]\s*/g, '$1x '),
  )
}

/** Every term begins some word of the offer; a beginning is enough, so that results stay while one types. */
export function matchesSearch(search: string, terms: readonly string[]): boolean {
  return terms.every((term) => search.includes(` ${term}`))
}

function wordsOf(phrase: string): string[] {
  return phrase
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
}
