import express, { type Request, type Response, type Router } from 'express'
import type { Grants, Token } from './grants.ts'
import { findUser, type GithubUser } from './users.ts'

/** `GET /user` and `GET /user/emails`, for whoever holds a token. */
export function createUserRoutes({ grants }: { grants: Grants }): Router {
  const router = express.Router()

  router.get('/user', (request, response) =>
    withUser(request, response, (user) => void response.json(renderUser(user, originOf(request)))),
  )

  router.get('/user/emails', (request, response) =>
    withUser(request, response, (user, token) => {
      if (/\b(user|user:email)\b/.test(token.scope)) response.json(user.emails.map(renderEmail))
      else sendGithubError(response, 404, 'Not Found')
    }),
  )

  function withUser(
    request: Request,
    response: Response,
    use: (user: GithubUser, token: Token) => void,
  ): void {
    const [, presented = ''] = /^(?:token|bearer) (.+)$/i.exec(request.get('Authorization') ?? '') ?? []
    const token = grants.tokenBy(presented)
    const user = token === undefined ? undefined : findUser(token.login)
    if (token === undefined || user === undefined) {
      sendGithubError(response, 401, presented === '' ? 'Requires authentication' : 'Bad credentials')
      return
    }
    response.setHeader('X-OAuth-Scopes', token.scope)
    use(user, token)
  }

  return router
}

/** GitHub's error shape. */
export function sendGithubError(response: Response, status: number, message: string): void {
  response
    .status(status)
    .json({ message, documentation_url: 'https://docs.github.com/rest', status: String(status) })
}

const originOf = (request: Request): string => `${request.protocol}://${request.get('Host')}`

const renderEmail = (entry: GithubUser['emails'][number]) => ({
  ...entry,
  visibility: entry.primary ? 'private' : null,
})

function renderUser({ id, login, name }: GithubUser, origin: string): Record<string, unknown> {
  return {
    login,
    id,
    node_id: Buffer.from(`04:User${id}`).toString('base64'),
    // Why empty: there is no picture here, and a page must not be sent elsewhere for one.
    avatar_url: '',
    url: `${origin}/users/${login}`,
    html_url: `${origin}/${login}`,
    type: 'User',
    site_admin: false,
    name,
    company: null,
    blog: '',
    location: null,
    // Why null: as with most people, the address is private and has to be asked for at /user/emails.
    email: null,
    hireable: null,
    bio: null,
    created_at: '2011-01-25T18:44:36Z',
    updated_at: '2026-01-01T00:00:00Z',
  }
}
