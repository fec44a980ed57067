import { createHttpClient, type HttpCall } from '../http/client.ts'
import type { Pacer } from '../http/pacer.ts'
import { ProviderError } from '../provider-error.ts'
import { classifyVerda } from './classify.ts'
import { createTokenSource, type VerdaCredentials } from './token.ts'

export interface AuthorizedClientOptions {
  provider: string
  baseUrl: string
  credentials: VerdaCredentials
  pacer: Pacer
}

/** Calls with a token that lives. */
export interface AuthorizedClient {
  request<T>(call: HttpCall<T>): Promise<T>
  /** The same, with null for 404. */
  requestOrAbsent<T>(call: HttpCall<T>): Promise<T | null>
}

const TIMEOUT_MS = 20_000

/** A token may die before its hour. A call refused with 401 has had no effect, so it is sent once more with another one. */
export function createAuthorizedClient(options: AuthorizedClientOptions): AuthorizedClient {
  const { provider, baseUrl, pacer } = options
  const tokens = createTokenSource(options)
  const http = createHttpClient({
    provider,
    baseUrl,
    headers: async () => ({ authorization: `Bearer ${await tokens.bearer()}` }),
    timeoutMs: TIMEOUT_MS,
    pacer,
    classify: classifyVerda,
  })

  async function withToken<T>(send: () => Promise<T>): Promise<T> {
    const used = tokens.held()
    try {
      return await send()
    } catch (error) {
      const refused = error instanceof ProviderError && error.status === 401
      if (!refused || !tokens.replace(used)) throw error
      return await send()
    }
  }

  return {
    request: (call) => withToken(() => http.request(call)),
    requestOrAbsent: (call) => withToken(() => http.requestOrAbsent(call)),
  }
}
