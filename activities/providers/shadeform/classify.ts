import type { Classify, HttpAnswer } from '../http/client.ts'
import type { ProviderErrorKind } from '../provider-error.ts'
import { errorSchema } from './schema.ts'

/** The only code that is recorded; the document describes no error at all. */
const OUT_OF_STOCK = 'OUT_OF_STOCK'

/** For what has no code that we know. The clouds behind say their own words, so these are read on any refused create. */
const KIND_OF_PROSE: readonly [pattern: RegExp, kind: ProviderErrorKind][] = [
  [
    /insufficient (?:funds|balance|credits?)|top up|payment (?:method|required)|wallet (?:balance )?(?:is )?(?:empty|too low)/i,
    'upstream_funds',
  ],
  [/quota|(?:spend|instance|account) limit/i, 'quota'],
  [
    /out of stock|no (?:longer )?(?:capacity|availability)|(?:not |no longer |un)available|insufficient (?:capacity|resources)/i,
    'no_capacity',
  ],
]

/** Shadeform's refusals in our words; a 5xx is left to the common rule, by which a create is ambiguous. */
export const classifyShadeform: Classify = (answer, { method, path }) => {
  const { status } = answer
  if (status >= 500 || status === 401 || status === 429) return null
  const { code, words } = readError(answer)
  const creates = method === 'POST' && path === '/instances/create'
  const prose = creates ? kindOfProse(status, words) : null
  const kind = code === OUT_OF_STOCK ? 'no_capacity' : prose
  return kind === null ? null : { kind, words }
}

function kindOfProse(status: number, words: string): ProviderErrorKind | null {
  if (status === 402) return 'upstream_funds'
  const known = KIND_OF_PROSE.find(([pattern]) => pattern.test(words))?.[1]
  if (known !== undefined) return known
  // Why no_capacity: refused for a conflict or because something it names is not there any more; another may be.
  return status === 404 || status === 409 ? 'no_capacity' : null
}

function readError({ json, text }: HttpAnswer): { code: string; words: string } {
  const parsed = errorSchema.safeParse(json)
  if (!parsed.success) return { code: '', words: text.trim() }
  const { error_code: code, error } = parsed.data
  return {
    code: code ?? '',
    words: [error, code ? `[${code}]` : ''].filter(Boolean).join(' ') || text.trim(),
  }
}
