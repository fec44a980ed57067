import type { Classify, HttpAnswer } from '../http/client.ts'
import type { ProviderErrorKind } from '../provider-error.ts'
import { errorSchema } from './schema.ts'

/** Refused creates carry no code, and the prose is that of whatever cloud is behind the offer. */
const KIND_OF_PROSE: readonly [pattern: RegExp, kind: ProviderErrorKind][] = [
  [/insufficient (?:funds|balance|credits?)|top up|add funds|payment (?:method|required)/i, 'upstream_funds'],
  [/quota|limit (?:exceeded|reached)|exceeds? (?:your|the) .*limit/i, 'quota'],
  [
    /no (?:longer )?(?:any )?(?:\w+ )?(?:capacity|instances?|availability)|(?:not |no longer |un)available|insufficient (?:capacity|resources)|out of (?:stock|capacity)|sold out|not enough/i,
    'no_capacity',
  ],
]

/** Prime's refusals in our words; a 5xx is left to the common rule, by which a create is ambiguous. */
export const classifyPrime: Classify = (answer, { method, path }) => {
  const { status } = answer
  if (status >= 500 || status === 401 || status === 429) return null
  const creates = method === 'POST' && path === '/pods/'
  const words = wordsOf(answer)
  if (status === 422) return { kind: 'invalid_request', words }
  const kind = creates ? kindOfProse(status, words) : null
  return kind === null ? null : { kind, words }
}

function kindOfProse(status: number, words: string): ProviderErrorKind | null {
  if (status === 402) return 'upstream_funds'
  const known = KIND_OF_PROSE.find(([pattern]) => pattern.test(words))?.[1]
  if (known !== undefined) return known
  // Why no_capacity: the offer left the marketplace since it was read, and another candidate may be there.
  return status === 404 || status === 409 ? 'no_capacity' : null
}

/** `detail` is prose, or a list that says field by field what is wrong. */
function wordsOf({ json, text }: HttpAnswer): string {
  const parsed = errorSchema.safeParse(json)
  if (!parsed.success) return text.trim()
  const { detail } = parsed.data
  if (typeof detail === 'string') return detail
  return detail.map(({ loc, msg }) => `${loc.slice(1).join('.') || 'body'}: ${msg}`).join('; ')
}
