import type { Classify, HttpAnswer } from '../http/client.ts'
import { parseRetryAfter } from '../http/retry-after.ts'
import type { ProviderErrorKind } from '../provider-error.ts'
import { errorSchema } from './schema.ts'

/**
 * DigitalOcean tells the reasons of a refused request apart by prose alone. Recorded: "Size is not available in this
 * region.", "creating this/these droplet(s) will exceed your droplet limit", "Droplet already has a pending event.". What an
 * account in debt hears is not documented; its words are taken for money only where they speak of it.
 */
const PROSE: readonly [words: RegExp, kind: ProviderErrorKind][] = [
  [/exceed.*\blimit|\blimit\b.*(reached|exceeded)/i, 'quota'],
  [/account.*(locked|suspended|on hold)|payment|past due|billing|balance/i, 'upstream_funds'],
  [/pending event/i, 'not_yet'],
  [
    /not (currently )?available in|(currently|temporarily) unavailable|no (more )?capacity|out of stock/i,
    'no_capacity',
  ],
]

const KIND_OF_STATUS: Readonly<Record<number, ProviderErrorKind>> = {
  400: 'invalid_request',
  401: 'auth',
  402: 'upstream_funds',
  403: 'auth',
  404: 'invalid_request',
  409: 'not_yet',
  412: 'invalid_request',
  422: 'invalid_request',
}
const PROSE_DECIDES = new Set([403, 412, 422])

/** Waiting for an hour's quota to free one request; more than this is asked again sooner. */
const LONGEST_PAUSE_MS = 120_000

/** DigitalOcean's refusals in our words; a 5xx is left to the common rule, by which a create is ambiguous. */
export const classifyDigitalOcean: Classify = (answer) => {
  const { status } = answer
  const words = wordsOf(answer)
  if (status === 429) return { kind: 'rate_limited', words, ...pauseOf(answer.headers) }
  const kind = KIND_OF_STATUS[status]
  if (kind === undefined) return null
  const told = PROSE_DECIDES.has(status) ? PROSE.find(([pattern]) => pattern.test(words))?.[1] : undefined
  return { kind: told ?? kind, words }
}

/** A burst is told in `retry-after`; the hour's quota only in `ratelimit-reset`, seconds since 1970. */
function pauseOf(headers: Headers): { retryAfterMs?: number } {
  const burstMs = parseRetryAfter(headers.get('retry-after'))
  if (burstMs !== null) return { retryAfterMs: burstMs }
  const resetMs = Number(headers.get('ratelimit-reset') ?? Number.NaN) * 1000 - Date.now()
  return Number.isFinite(resetMs) ? { retryAfterMs: Math.min(Math.max(resetMs, 0), LONGEST_PAUSE_MS) } : {}
}

function wordsOf({ json, text }: HttpAnswer): string {
  const parsed = errorSchema.safeParse(json)
  return parsed.success ? parsed.data.message : text.trim()
}
