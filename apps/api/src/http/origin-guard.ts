import type { RequestHandler } from 'express'
import { bearerToken } from './authenticate-key.ts'
import { problem } from './problem.ts'

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Cross-site request forgery: an unsafe method must come from our own page. Browsers say where a request comes from
 * in Sec-Fetch-Site (which no page can forge) and in Origin; a caller that sends neither is no browser and holds no
 * victim's cookie. Neither does a request with an API key: its cookie counts for nothing.
 */
export function createOriginGuard(options: { origins: readonly string[] }): RequestHandler {
  const allowed = new Set(options.origins)
  return (request, _response, next) => {
    const safe = SAFE_METHODS.has(request.method) || bearerToken(request) !== null
    if (safe || comesFromUs(request.headers, allowed)) return next()
    next(
      problem(
        'origin_refused',
        'This request was sent by another web site, so nothing was done. Open the dashboard and act there.',
      ),
    )
  }
}

function comesFromUs(
  headers: { origin?: string | undefined; 'sec-fetch-site'?: string | string[] | undefined },
  allowed: ReadonlySet<string>,
): boolean {
  if (headers.origin !== undefined && allowed.has(headers.origin)) return true
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  return headers.origin === undefined
}
