import { timingSafeEqual } from 'node:crypto'
import express, { type Response, type Router } from 'express'
import { z } from 'zod'
import { PAGE_HEADERS } from '../kit/html.ts'
import { renderAuthorizePage } from './authorize-page.ts'
import type { Grants } from './grants.ts'
import { findUser, GITHUB_USERS } from './users.ts'

/** The one application registered with the emulated GitHub. */
export interface OAuthApplication {
  readonly clientId: string
  readonly clientSecret: string
}

const authorizeSchema = z.object({
  client_id: z.string(),
  redirect_uri: z.url(),
  scope: z.string().default(''),
  state: z.string().optional(),
  code_challenge: z.string().optional(),
  code_challenge_method: z.literal('S256').optional(),
})
type AuthorizeQuery = z.infer<typeof authorizeSchema>

const exchangeSchema = z.object({
  client_id: z.string().default(''),
  client_secret: z.string().default(''),
  code: z.string().default(''),
  redirect_uri: z.string().optional(),
  code_verifier: z.string().optional(),
})

/** The web application flow: a page to choose who one is, and the exchange of its code for a token. */
export function createOAuthRoutes({ grants, application }: OAuthDeps): Router {
  const router = express.Router()

  router.get('/login/oauth/authorize', (request, response) => {
    const query = readAuthorize(request.query, application, response)
    if (query === null) return
    const raw = request.originalUrl.split('?')[1] ?? ''
    response.send(renderAuthorizePage({ clientId: query.client_id, query: raw, users: GITHUB_USERS }))
  })

  router.post('/login/oauth/authorize', (request, response) => {
    const query = readAuthorize(request.query, application, response)
    if (query === null) return
    const { login } = z.object({ login: z.string() }).parse(request.body)
    const back = new URL(query.redirect_uri)
    if (query.state !== undefined) back.searchParams.set('state', query.state)
    const user = findUser(login)
    if (user === undefined) {
      back.searchParams.set('error', 'access_denied')
      back.searchParams.set('error_description', 'The user has denied your application access.')
    } else {
      const { redirect_uri: redirectUri, scope, code_challenge: challenge = null } = query
      back.searchParams.set('code', grants.issueCode({ login: user.login, redirectUri, scope, challenge }))
    }
    response.redirect(302, back.href)
  })

  router.post('/login/oauth/access_token', (request, response) => {
    const body = exchangeSchema.parse(request.body ?? {})
    // Errors come with 200, as GitHub's do: the caller has to look at `error`.
    if (!isApplication(body, application)) {
      const description = 'The client_id and/or client_secret passed are incorrect.'
      sendTokenAnswer(response, { error: 'incorrect_client_credentials', error_description: description })
      return
    }
    const { code, redirect_uri: redirectUri = null, code_verifier: verifier = null } = body
    const exchange = grants.exchange({ code, redirectUri, verifier })
    sendTokenAnswer(
      response,
      exchange.ok
        ? { access_token: exchange.token.token, scope: exchange.token.scope, token_type: 'bearer' }
        : { error: exchange.error, error_description: exchange.description },
    )
  })

  return router
}

function readAuthorize(
  input: unknown,
  application: OAuthApplication,
  response: Response,
): AuthorizeQuery | null {
  response.set(PAGE_HEADERS)
  const query = authorizeSchema.safeParse(input)
  if (!query.success) {
    response.status(400).type('text/plain').send(z.prettifyError(query.error))
    return null
  }
  if (query.data.client_id !== application.clientId) {
    response.status(404).type('text/plain').send(`There is no application ${query.data.client_id}.`)
    return null
  }
  return query.data
}

function isApplication(body: z.infer<typeof exchangeSchema>, application: OAuthApplication): boolean {
  const presented = Buffer.from(body.client_secret)
  const secret = Buffer.from(application.clientSecret)
  const sameSecret = presented.length === secret.length && timingSafeEqual(presented, secret)
  return body.client_id === application.clientId && sameSecret
}

/** A form unless JSON was asked for, which is GitHub's default to this day. */
function sendTokenAnswer(response: Response, answer: Record<string, string>): void {
  response.format({
    'application/x-www-form-urlencoded': () => response.send(new URLSearchParams(answer).toString()),
    'application/json': () => response.json(answer),
    default: () => response.json(answer),
  })
}

interface OAuthDeps {
  readonly grants: Grants
  readonly application: OAuthApplication
}
