import { scopeNeeded } from '@berth/contract/api-keys'
import type { Endpoint } from '@berth/contract/endpoint'
import type { Request } from 'express'
import { problem } from './problem.ts'

/** Throws where the caller shows an API key that is not enough for this operation. Sessions may do everything. */
export function requireScope(endpoint: Endpoint, { apiKey }: Request): void {
  if (!apiKey) return
  const needed = scopeNeeded(endpoint)
  if (needed === 'never') {
    throw problem(
      'session_required',
      'No API key may do this: paying in, cards, limits, API keys and sessions are for somebody signed in. Do it in the dashboard.',
    )
  }
  if (needed === 'full' && apiKey.scope !== 'full') {
    throw problem(
      'scope_missing',
      'This API key may only read, so nothing was done. Make one with the scope "full" in the dashboard.',
    )
  }
}
