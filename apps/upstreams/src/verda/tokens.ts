import { randomBytes } from 'node:crypto'
import express, { type RequestHandler, type Router } from 'express'
import type { EmulatorClock } from '../kit/clock.ts'
import { apiError, sendError } from './api-error.ts'
import { parseRequest, tokenSchema } from './requests.ts'

const LIFETIME_SECONDS = 3600

export interface Credentials {
  readonly clientId: string
  readonly clientSecret: string
}

/** OAuth2 client credentials: tokens of an hour, by the emulated clock. */
export interface Tokens {
  readonly routes: Router
  readonly guard: RequestHandler
  /** All tokens given out are worth nothing from now on, as by a change of the secret's rights. */
  revokeAll(): void
}

export function createTokens({
  clock,
  credentials,
}: {
  clock: EmulatorClock
  credentials: Credentials
}): Tokens {
  const expiresAtMs = new Map<string, number>()
  const refreshTokens = new Set<string>()
  const fresh = (): string => randomBytes(24).toString('base64url')

  const routes = express.Router()
  routes.post('/oauth2/token', (request, response) => {
    const body = parseRequest(tokenSchema, request.body)
    if (!body.ok) {
      sendError(response, body.error)
      return
    }
    const { grant_type, client_id, client_secret, refresh_token } = body.value
    const knows = client_id === credentials.clientId && client_secret === credentials.clientSecret
    const may = grant_type === 'client_credentials' ? knows : refreshTokens.delete(refresh_token ?? '')
    if (!may) {
      sendError(response, apiError(401, 'Invalid client id or client secret'))
      return
    }
    const token = fresh()
    const refresh = fresh()
    expiresAtMs.set(token, clock.nowMs() + LIFETIME_SECONDS * 1000)
    refreshTokens.add(refresh)
    response.json({
      access_token: token,
      refresh_token: refresh,
      scope: 'cloud-api-v1',
      token_type: 'Bearer',
      expires_in: LIFETIME_SECONDS,
    })
  })

  return {
    routes,
    guard(request, response, next) {
      const [scheme, token = ''] = (request.get('Authorization') ?? '').split(' ')
      if (scheme === 'Bearer' && (expiresAtMs.get(token) ?? 0) > clock.nowMs()) next()
      else sendError(response, apiError(401, 'Access token is invalid or has expired'))
    },
    revokeAll: () => expiresAtMs.clear(),
  }
}
