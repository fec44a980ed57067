import { DomainError } from '@berth/contract/errors'
import type { User } from '@berth/entities/user'
import { type ErrorRequestHandler, type Request, type RequestHandler, type Response, Router } from 'express'
import { Passport } from 'passport'
import type { DataSource } from 'typeorm'
import { renewSession, saveSession } from '../../http/authenticate.ts'
import { createGithubStrategy, type GithubSettings } from './github-strategy.ts'
import { shortenAddress } from '../sessions/shorten-address.ts'
import { returnPath } from './return-path.ts'
import { signInUser } from './sign-in-user.ts'

interface GithubRoutesDeps {
  dataSource: DataSource
  github: GithubSettings
  operators: ReadonlySet<string>
  /** Origin of the dashboard: GitHub sends the browser back to it, and so do we. */
  publicOrigin: string
  limit: RequestHandler
  now?: () => number
}

/** Browsers' own are shorter. */
const LONGEST_USER_AGENT = 400
const VISITOR_LIFETIME_MS = 15 * 60_000

/** What the sign-in page can say; anything else stays in our log. */
type SignInError = 'cancelled' | 'expired' | 'unavailable' | 'busy' | 'failed'

/** `GET /v1/auth/github` sends the browser to GitHub; the callback signs it in and sends it on into the dashboard. */
export function createGithubRoutes(deps: GithubRoutesDeps): Router {
  const { publicOrigin, now = Date.now } = deps
  const passport = new Passport()
  passport.use(
    createGithubStrategy({
      github: deps.github,
      callbackUrl: `${publicOrigin}/v1/auth/github/callback`,
      signIn: (person) => signInUser(deps, person),
    }),
  )
  const router = Router()
  router.get(
    '/v1/auth/github',
    deps.limit,
    (request, _response, next) => {
      request.session.returnTo = returnPath(request.query['returnTo'], publicOrigin)
      // Why: a visitor who never comes back from GitHub should leave no row behind for a month.
      if (request.session.userId === undefined) request.session.cookie.maxAge = VISITOR_LIFETIME_MS
      next()
    },
    passport.authenticate('github', { session: false }) as RequestHandler,
  )
  router.get('/v1/auth/github/callback', deps.limit, async (request, response, next) => {
    const outcome = await authenticate(passport, request, response, next)
    const { returnTo = '/' } = request.session
    if (!outcome.ok) {
      request.log[outcome.cause ? 'error' : 'warn'](
        { err: outcome.cause, reason: outcome.error },
        'sign-in failed',
      )
      return response.redirect(signInPage(publicOrigin, outcome.error, returnTo))
    }
    await renewSession(request)
    // Why one moment for both: a session whose renewal is the later is taken for one that is stored already.
    const at = now()
    request.session.userId = outcome.user.id
    request.session.signedInAt = at
    request.session.renewedAt = at
    request.session.userAgent = request.get('user-agent')?.slice(0, LONGEST_USER_AGENT) ?? null
    request.session.network = shortenAddress(request.ip)
    await saveSession(request)
    request.log.info({ userId: outcome.user.id }, 'signed in')
    response.redirect(`${publicOrigin}${returnTo}`)
  })
  router.use('/v1/auth/github', showOnPage(publicOrigin))
  return router
}

/** Where the person reads what went wrong; whoever tries again from there comes to where they were going. */
function signInPage(origin: string, error: SignInError, returnTo: string): string {
  return `${origin}/sign-in?${new URLSearchParams({ error, returnTo }).toString()}`
}

/** A person stands before these addresses, not a program: no error may leave them with a page of JSON. */
const showOnPage =
  (publicOrigin: string): ErrorRequestHandler =>
  (error, request, response, _next) => {
    const busy = error instanceof DomainError && error.code === 'rate_limited'
    if (!busy) request.log.error({ err: error }, 'sign-in failed')
    const returnTo = returnPath(request.query['returnTo'] ?? request.session.returnTo, publicOrigin)
    response.redirect(signInPage(publicOrigin, busy ? 'busy' : 'failed', returnTo))
  }

type Outcome = { ok: true; user: User } | { ok: false; error: SignInError; cause?: unknown }

function authenticate(
  passport: InstanceType<typeof Passport>,
  request: Request,
  response: Response,
  next: (error?: unknown) => void,
): Promise<Outcome> {
  return new Promise((resolve) => {
    const decide = (error: unknown, user: User | false | null): void => {
      if (error) return resolve({ ok: false, error: 'unavailable', cause: error })
      if (user) return resolve({ ok: true, user })
      resolve({ ok: false, error: request.query['error'] === 'access_denied' ? 'cancelled' : 'expired' })
    }
    const handle = passport.authenticate('github', { session: false }, decide) as RequestHandler
    handle(request, response, next)
  })
}
