import type { Endpoint } from './endpoint.ts'

/** What a key may do: only look, or everything that a key may do at all. Zod-free. */
export const API_KEY_SCOPES = ['read', 'full'] as const
export type ApiKeyScope = (typeof API_KEY_SCOPES)[number]

/** Every key begins like this, so that people and secret scanners know one when they see it. */
export const API_KEY_START = 'berth_'

/** The least scope that may call this operation; `never` where a key is not enough. */
export function scopeNeeded({ auth, apiKey, method }: Endpoint): ApiKeyScope | 'never' {
  if (auth === 'operator') return 'never'
  return apiKey ?? (method === 'GET' ? 'read' : 'full')
}
