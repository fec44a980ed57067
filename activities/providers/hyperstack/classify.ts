import type { Classify, HttpAnswer } from '../http/client.ts'
import type { ProviderErrorKind } from '../provider-error.ts'
import { refusalSchema } from './schema.ts'

/**
 * Hyperstack tells the reasons of a refused order apart by prose. Recorded: "Insufficient resources available for flavor …",
 * "Insufficient balance to create the resource". Money is looked for first, since both are insufficient.
 */
const ORDER_PROSE: readonly [words: RegExp, kind: ProviderErrorKind][] = [
  [/balance|credits?\b|top.?up|payment|billing/i, 'upstream_funds'],
  [/quota|limit (is |was |has been )?(reached|exceeded)|exceed\w* .*\blimit/i, 'quota'],
  [
    /insufficient resources|not enough|no (available )?(resources|stock|capacity)|out of stock/i,
    'no_capacity',
  ],
  [/(is|are) (currently |temporarily )?(unavailable|not available)/i, 'no_capacity'],
]
/** An order that comes at the wrong moment of a machine's life. */
const WRONG_MOMENT_PROSE = /\bin \w+ stat(e|us)\b|in progress|being (created|built|restored|hibernated)/i

const STATUS_OF_REASON: Readonly<Record<string, number>> = {
  bad_request: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  already_exist: 409,
  conflict: 409,
  too_many_requests: 429,
  server_error: 500,
}

const KIND_OF_STATUS: Readonly<Record<number, ProviderErrorKind>> = {
  400: 'invalid_request',
  401: 'auth',
  402: 'upstream_funds',
  403: 'auth',
  404: 'invalid_request',
  409: 'not_yet',
  429: 'rate_limited',
}

/** A refusal may come with 200; then its reason tells the status it should have had. */
export function statusOfHyperstack({ status, json }: HttpAnswer): number {
  if (status >= 300) return status
  const parsed = refusalSchema.safeParse(json)
  if (!parsed.success) return status
  return STATUS_OF_REASON[parsed.data.error_reason ?? ''] ?? 400
}

/** Hyperstack's refusals in our words; a 5xx is left to the common rule, by which a create is ambiguous. */
export const classifyHyperstack: Classify = (answer, call) => {
  const words = wordsOf(answer)
  const kind = kindOf(answer.status, words, call)
  return kind === null ? null : { kind, words }
}

const PROSE_DECIDES = new Set([400, 402, 403, 409])
const TAKES_RESOURCES = /\/(hibernate-restore|start)$/

function kindOf(
  status: number,
  words: string,
  { method, path }: { method: string; path: string },
): ProviderErrorKind | null {
  if (status >= 500) return null
  const takes = method === 'POST' || TAKES_RESOURCES.test(path)
  const told = takes && PROSE_DECIDES.has(status) && ORDER_PROSE.find(([pattern]) => pattern.test(words))
  if (told) return told[1]
  if (method === 'POST' && path === '/core/virtual-machines') {
    const refused = kindOfRefusedCreate(status)
    if (refused !== null) return refused
  } else if (status === 400 && WRONG_MOMENT_PROSE.test(words)) return 'not_yet'
  return KIND_OF_STATUS[status] ?? null
}

function kindOfRefusedCreate(status: number): ProviderErrorKind | null {
  // Why: names are unique, and ours is the marker of one attempt: the machine of an earlier, unheard create has it.
  if (status === 409) return 'ambiguous'
  // Why: the flavor or image left the catalog since it was read, and another candidate may be there.
  if (status === 404) return 'no_capacity'
  return null
}

function wordsOf({ json, text }: HttpAnswer): string {
  const parsed = refusalSchema.safeParse(json)
  if (!parsed.success) return text.trim()
  const { message, error_reason: reason } = parsed.data
  return reason ? `${message} [${reason}]` : message
}
