import { createHttpClient } from '../http/client.ts'
import type { Pacer } from '../http/pacer.ts'
import type { ProviderErrorKind } from '../provider-error.ts'
import { tokenSchema } from './schema.ts'

export interface VerdaCredentials {
  clientId: string
  clientSecret: string
}

interface TokenSourceOptions {
  provider: string
  baseUrl: string
  credentials: VerdaCredentials
  pacer: Pacer
}

/** A held token; compared by identity. */
export interface HeldToken {
  bearer: Promise<string>
  renewAtMs: number
}

/** One token for all callers of the account; it lives for an hour and is renewed early. */
export interface TokenSource {
  bearer(): Promise<string>
  /** What is held now, to be named when it proves refused. */
  held(): HeldToken | null
  /** Forgets a token that was refused; false where no other one can be hoped for. */
  replace(refused: HeldToken | null): boolean
}

const TIMEOUT_MS = 20_000
const RENEW_EARLY_MS = 120_000

/** OAuth2 client credentials, https://api.verda.com/v1/docs. Refresh tokens are left alone: asking anew costs the same. */
export function createTokenSource({
  provider,
  baseUrl,
  credentials,
  pacer,
}: TokenSourceOptions): TokenSource {
  const http = createHttpClient({
    provider,
    baseUrl,
    headers: () => ({}),
    timeoutMs: TIMEOUT_MS,
    pacer,
    // Why our own words: theirs might repeat the secret, which stands in the body and is not known to the client.
    classify: ({ status }) => ({ kind: kindOf(status), words: wordsOf(status) }),
  })
  let held: HeldToken | null = null

  function ask(): HeldToken {
    // Why monotonic time: a stepped wall clock must not keep a token beyond its hour.
    const askedAtMs = performance.now()
    const answer = http.request({
      method: 'POST',
      path: '/oauth2/token',
      body: {
        grant_type: 'client_credentials',
        client_id: credentials.clientId,
        client_secret: credentials.clientSecret,
      },
      effect: 'repeatable',
      schema: tokenSchema,
      // Why its own: whoever asked first must not take the token from the others by giving up.
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    const token: HeldToken = {
      renewAtMs: Number.POSITIVE_INFINITY,
      bearer: answer.then(
        ({ access_token, expires_in }) => {
          token.renewAtMs = askedAtMs + Math.max(expires_in * 1000 - RENEW_EARLY_MS, 0)
          return access_token
        },
        (error: unknown) => {
          if (held === token) held = null
          throw error
        },
      ),
    }
    return token
  }

  return {
    bearer() {
      if (held === null || performance.now() >= held.renewAtMs) held = ask()
      return held.bearer
    },
    held: () => held,
    replace(refused) {
      if (held === refused && refused !== null) {
        held = null
        return true
      }
      return held !== refused
    },
  }
}

function kindOf(status: number): ProviderErrorKind {
  if (status === 429) return 'rate_limited'
  if (status >= 500 || status === 408) return 'unavailable'
  return status >= 400 ? 'auth' : 'protocol'
}

const wordsOf = (status: number): string =>
  kindOf(status) === 'auth' ? 'the client credentials are not accepted' : 'no token was given'
