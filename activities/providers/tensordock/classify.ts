import type { Classify, HttpAnswer } from '../http/client.ts'
import type { ProviderErrorKind } from '../provider-error.ts'
import { errorSchema, refusalSchema } from './schema.ts'

/** Our own money there, in prose; TensorDock wants a dollar in the account before it creates anything. */
const FUNDS_PROSE = /need at least|balance|insufficient funds|add (funds|credits?)|deposit/i
/** The host is gone, its GPUs are, or a port or address is taken: another host may do. */
const CAPACITY_PROSE =
  /unavailable|not available|no (available|suitable|dedicated)|not enough|insufficient|out of stock|no capacity|in use|already taken|hostnode not found|location not found/i
const QUOTA_PROSE = /quota|\blimit\b.*\b(reached|exceeded)|maximum number of/i

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

interface Refusal {
  status: number
  words: string
  /** Whether something was to be placed on a host: create, and start after the GPUs were given back. */
  places: boolean
}

/** What the marketplace itself refuses comes with 200, and the status it should have had stands in the body. */
export function statusOfTensorDock({ status, json }: HttpAnswer): number {
  const parsed = refusalSchema.safeParse(json)
  if (status >= 300 || !parsed.success) return status
  return Math.max(parsed.data.status ?? 400, 400)
}

/** What a refusal means; null for a 5xx, which the common rule knows better. */
function kindOfRefusal({ status, words, places }: Refusal): ProviderErrorKind | null {
  if (status === 401 || status === 429 || status >= 500) return KIND_OF_STATUS[status] ?? null
  if (places && FUNDS_PROSE.test(words)) return 'upstream_funds'
  if (places && QUOTA_PROSE.test(words)) return 'quota'
  if (places && CAPACITY_PROSE.test(words)) return 'no_capacity'
  return KIND_OF_STATUS[status] ?? null
}

/** Whether a call places something on a host. */
const isPlacing = ({ method, path }: { method: string; path: string }): boolean =>
  method === 'POST' && /\/instances$|\/start$/.test(path)

/** TensorDock's refusals in our words. */
export const classifyTensorDock: Classify = ({ status, json, text }, call) => {
  const parsed = errorSchema.safeParse(json)
  const words = parsed.success ? parsed.data : text.trim()
  const kind = kindOfRefusal({ status, words, places: isPlacing(call) })
  return kind === null ? null : { kind, words }
}
