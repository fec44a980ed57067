import type { Classify, HttpAnswer } from '../http/client.ts'
import type { ProviderErrorKind } from '../provider-error.ts'
import { errorSchema } from './schema.ts'

/** Lack of capacity has no code of its own and comes in prose, with 400 or 503. */
const CAPACITY_PROSE =
  /no (available )?(capacity|resources)|not enough (available )?(resources|capacity)|insufficient (resources|capacity)|out of (stock|capacity)|(is|are) (not|no longer) available/i
/** The image does not fit the board: nothing the person could change, while another candidate may do. */
const IMAGE_PROSE = /operating system is not valid/i
const QUOTA_PROSE = /limit exceeded|quota/i
/** Verda ends nothing that is still being set up. */
const TOO_EARLY_PROSE = /can't discontinue a (provisioning|validating|ordered|new|pending)/i
const UNKNOWN_INSTANCE_PROSE = /invalid instance id/i
const ENDED_PROSE = /can't discontinue a (discontinued|deleting)/i

const KIND_OF_STATUS: Readonly<Record<number, ProviderErrorKind>> = {
  401: 'auth',
  404: 'invalid_request',
  409: 'invalid_request',
  429: 'rate_limited',
}

const KIND_OF_CODE: Readonly<Record<string, ProviderErrorKind>> = {
  insufficient_funds: 'upstream_funds',
  forbidden_action: 'auth',
  invalid_request: 'invalid_request',
}

/** One refusal, be it the whole answer or an element of a mixed one. */
export interface VerdaRefusal {
  status: number
  code?: string | undefined
  words: string
}

/** What a refusal means; null leaves it to the rule by status, by which a create that met a 5xx is ambiguous. */
export function kindOfRefusal(
  { status, code, words }: VerdaRefusal,
  creates: boolean,
): ProviderErrorKind | null {
  if (creates && (CAPACITY_PROSE.test(words) || IMAGE_PROSE.test(words))) return 'no_capacity'
  if (status >= 500) return null
  if (TOO_EARLY_PROSE.test(words)) return 'not_yet'
  if (QUOTA_PROSE.test(words) && status < 429) return 'quota'
  return KIND_OF_STATUS[status] ?? KIND_OF_CODE[code ?? ''] ?? null
}

/** Verda's refusals in our words. */
export const classifyVerda: Classify = (answer, { method, path }) => {
  const refusal = refusalOf(answer)
  const kind = kindOfRefusal(refusal, method === 'POST' && path === '/instances')
  return kind === null ? null : { kind, words: refusal.words }
}

/** Whether these words say that there is no such instance; it comes with 400, too. */
export const saysUnknownInstance = (words: string): boolean => UNKNOWN_INSTANCE_PROSE.test(words)

/** Whether a refused delete says that there is nothing left to end. */
export const saysEnded = (words: string): boolean => saysUnknownInstance(words) || ENDED_PROSE.test(words)

function refusalOf({ status, json, text }: HttpAnswer): VerdaRefusal {
  const parsed = errorSchema.safeParse(json)
  return parsed.success
    ? { status, code: parsed.data.code, words: parsed.data.message }
    : { status, words: text.trim() }
}
