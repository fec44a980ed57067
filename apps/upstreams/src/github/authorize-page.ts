import { html, page } from '../kit/html.ts'
import type { GithubUser } from './users.ts'

/** Asks who signs in: one button per sample person, each a form of its own. */
export function renderAuthorizePage({ clientId, query, users }: AuthorizePage): string {
  const forms = users.map(
    (user) =>
      html`<form method="post" action="/login/oauth/authorize?${query}">
        <input type="hidden" name="login" value="${user.login}" />
        <button data-testid="authorize-${user.login}">Authorize as ${user.name} (${user.login})</button>
      </form>`,
  )
  return page({
    title: 'Authorize application',
    body: html`<h1>Sign in with GitHub</h1>
      <p><strong>${clientId}</strong> would like to know who you are. Choose a sample account.</p>
      ${forms}
      <form method="post" action="/login/oauth/authorize?${query}">
        <label
          >Or as somebody new
          <input
            name="login"
            data-testid="new-login"
            placeholder="grace"
            required
            pattern="[a-z0-9]+(-[a-z0-9]+)*"
            maxlength="39"
            title="Small letters, digits and single hyphens"
          />
        </label>
        <button class="secondary" data-testid="authorize-new">Authorize</button>
      </form>
      <form method="post" action="/login/oauth/authorize?${query}">
        <input type="hidden" name="login" value="" />
        <button class="secondary" data-testid="deny">Cancel</button>
      </form>`,
  })
}

interface AuthorizePage {
  readonly clientId: string
  /** The query the page was asked for with; the choice is sent back to the same. */
  readonly query: string
  readonly users: readonly GithubUser[]
}
