import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { EmulatorClock } from '../kit/clock.ts'

/** GitHub's codes live ten minutes and are used once. */
const CODE_LIFETIME_MS = 10 * 60_000

interface Code {
  readonly code: string
  readonly login: string
  readonly redirectUri: string
  readonly scope: string
  readonly challenge: string | null
  readonly expiresAtMs: number
}

const tokenSchema = z.object({ token: z.string(), login: z.string(), scope: z.string() })
export const githubStateSchema = z.object({ tokens: z.array(tokenSchema) })
export type Token = z.infer<typeof tokenSchema>

export type Exchange =
  | { readonly ok: true; readonly token: Token }
  | { readonly ok: false; readonly error: string; readonly description: string }

/** Codes given out on the page and the tokens they were exchanged for. */
export type Grants = ReturnType<typeof createGrants>

export function createGrants({ clock, onChange }: { clock: EmulatorClock; onChange: () => void }) {
  const codes = new Map<string, Code>()
  const tokens = new Map<string, Token>()

  return {
    issueCode(grant: Omit<Code, 'code' | 'expiresAtMs'>): string {
      const code = randomBytes(10).toString('hex')
      codes.set(code, { ...grant, code, expiresAtMs: clock.nowMs() + CODE_LIFETIME_MS })
      return code
    },
    /** Takes a code for a token. The code is spent by the attempt, whatever comes of it. */
    exchange({ code, redirectUri, verifier }: ExchangeInput): Exchange {
      const grant = codes.get(code)
      codes.delete(code)
      if (grant === undefined || grant.expiresAtMs <= clock.nowMs()) {
        return {
          ok: false,
          error: 'bad_verification_code',
          description: 'The code passed is incorrect or expired.',
        }
      }
      if (redirectUri !== null && redirectUri !== grant.redirectUri) {
        const description = 'The redirect_uri MUST match the registered callback URL for this application.'
        return { ok: false, error: 'redirect_uri_mismatch', description }
      }
      if (grant.challenge !== null && challengeOf(verifier ?? '') !== grant.challenge) {
        return { ok: false, error: 'bad_verification_code', description: 'The code_verifier does not match.' }
      }
      const token: Token = {
        token: `gho_${randomBytes(18).toString('hex')}`,
        login: grant.login,
        scope: grant.scope,
      }
      tokens.set(token.token, token)
      onChange()
      return { ok: true, token }
    },
    tokenBy: (token: string): Token | undefined => tokens.get(token),
    /** As when a person revokes the application in their settings. */
    revokeAll(login: string): void {
      for (const [key, token] of tokens) if (token.login === login) tokens.delete(key)
      onChange()
    },
    tokens: (): readonly Token[] => [...tokens.values()],
    restore(kept: readonly Token[]): void {
      for (const token of kept) tokens.set(token.token, token)
    },
  }
}

const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url')

interface ExchangeInput {
  readonly code: string
  readonly redirectUri: string | null
  readonly verifier: string | null
}
