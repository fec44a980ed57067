import { createApiClient, type ApiClient, type ClientOptions } from '@berth/contract/client'
import { inject, type App, type InjectionKey } from 'vue'

const API: InjectionKey<ApiClient> = Symbol('api')

/** Gives the application its one API client. `onSignedOut` runs when the server no longer knows the session. */
export function provideApi(app: App, options: ClientOptions & { onSignedOut?: () => void } = {}): ApiClient {
  const { onSignedOut, fetch: fetcher = (...input) => globalThis.fetch(...input), ...rest } = options
  const watched: typeof globalThis.fetch = async (...input) => {
    const response = await fetcher(...input)
    if (response.status === 401) onSignedOut?.()
    return response
  }
  const api = createApiClient({ ...rest, fetch: watched })
  app.provide(API, api)
  return api
}

/** The typed client of the whole API; for `setup` functions and setup stores. */
export function useApi(): ApiClient {
  const api = inject(API)
  if (!api) throw new Error('no API client was provided to this application')
  return api
}
