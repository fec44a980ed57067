import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { Request } from 'express'

/** How long a person may take at GitHub. */
const VALID_MS = 10 * 60_000

interface PendingSignIn {
  state: string
  /** PKCE: proves to GitHub that who redeems the code is who asked for it. */
  verifier: string
  startedAt: number
  returnTo: string
}

declare module 'express-session' {
  interface SessionData {
    signIn: PendingSignIn
    returnTo: string
  }
}

type Stored = (error: Error | null, state?: string) => void
type Verified = (error: Error | null, verifier?: string | false, info?: { message: string }) => void

/**
 * The `state` of one sign-in, kept in the session, that is: bound to the browser which began it. A signed state would
 * not do: an attacker could have a victim finish a sign-in the attacker began. Used once, whatever comes of it.
 * passport-oauth2 chooses its calls by the number of parameters.
 */
export const createSignInState = (now: () => number = Date.now) => ({
  store(request: Request, verifier: string, _state: unknown, _meta: unknown, done: Stored): void {
    const state = randomBytes(32).toString('base64url')
    const returnTo = request.session.returnTo ?? '/'
    request.session.signIn = { state, verifier, startedAt: now(), returnTo }
    done(null, state)
  },
  verify(request: Request, given: unknown, _meta: unknown, done: Verified): void {
    const pending = request.session.signIn
    delete request.session.signIn
    if (!pending || typeof given !== 'string' || !equal(given, pending.state)) {
      return done(null, false, { message: 'state_mismatch' })
    }
    if (now() - pending.startedAt > VALID_MS) return done(null, false, { message: 'expired' })
    request.session.returnTo = pending.returnTo
    done(null, pending.verifier)
  },
})

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
