import { type ApiKeyScope, scopeNeeded } from './api-keys.ts'
import type { Endpoint } from './endpoint.ts'

type Requirement = { session: [] } | { apiKey: ApiKeyScope[] }

/** The two ways to say who one is. */
export const SECURITY_SCHEMES = {
  session: { type: 'apiKey', in: 'cookie', name: 'sid', description: 'Somebody signed in with a browser.' },
  apiKey: {
    type: 'http',
    scheme: 'bearer',
    description:
      'A key made in the dashboard. The role that an operation names is the scope the key must have.',
  },
}

export const READABLE_BY_KEY: Requirement[] = [{ session: [] }, { apiKey: ['read'] }]

/** Any one of these is enough; none for what is public. */
export function securityOf(definition: Endpoint): Requirement[] {
  if (definition.auth === 'public') return []
  const scope = scopeNeeded(definition)
  return scope === 'never' ? [{ session: [] }] : [{ session: [] }, { apiKey: [scope] }]
}
