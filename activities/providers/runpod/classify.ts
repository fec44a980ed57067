import type { Classify, HttpAnswer } from '../http/client.ts'
import type { ProviderErrorKind } from '../provider-error.ts'
import { problemSchema } from './schema.ts'

/**
 * Lack of capacity carries no machine code, only prose in a 400: words recorded from v1, v2 and GraphQL. What does not
 * match is a rule we broke, which fails alike on every candidate.
 */
const CAPACITY_PROSE =
  /no (longer )?(any )?instances?( currently)? available|no instances|not enough free gpus|does not have the resources|no (gpu )?capacity|out of capacity|insufficient capacity|could not be placed|no available (machine|host|gpu)|out of stock/i

/** What the account may not have more of; not recorded, so it counts only where the words leave no doubt. */
const QUOTA_PROSE = /quota|\blimit\b.*\b(reached|exceeded)|exceed\w* .*\blimit/i

/** Statuses left out follow the common rule: a 5xx after a create is ambiguous. */
const KIND_OF_STATUS: Readonly<Record<number, ProviderErrorKind>> = {
  400: 'invalid_request',
  401: 'auth',
  402: 'upstream_funds',
  403: 'auth',
  404: 'invalid_request',
  409: 'not_yet',
  422: 'invalid_request',
  429: 'rate_limited',
}

/** RunPod's refusals in our words. */
export const classifyRunPod: Classify = (answer, { method, path }) => {
  const kind = KIND_OF_STATUS[answer.status]
  if (kind === undefined) return null
  const words = wordsOf(answer)
  const creates = method === 'POST' && path === '/pods'
  // Why 403: on create it means that this pool is closed to the account, and the next candidate may be open.
  const full = (answer.status === 400 && CAPACITY_PROSE.test(words)) || (answer.status === 403 && creates)
  if (creates && QUOTA_PROSE.test(words) && answer.status < 429) return { kind: 'quota', words }
  return { kind: full ? 'no_capacity' : kind, words }
}

function wordsOf({ json, text }: HttpAnswer): string {
  const problem = problemSchema.safeParse(json)
  if (!problem.success) return text.trim()
  const { title, detail, errors = [] } = problem.data
  return [detail ?? title, ...errors].filter(Boolean).join('; ')
}
