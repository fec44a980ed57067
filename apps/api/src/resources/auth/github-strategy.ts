import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Socket } from 'node:net'
import { Strategy } from 'passport-github2'
import { z } from 'zod'
import { createSignInState } from './sign-in-state.ts'
import type { GithubPerson } from './sign-in-user.ts'

/** GitHub is asked while a person waits: a silent connection is given up. */
const SOCKET_TIMEOUT_MS = 8_000

export interface GithubSettings {
  clientId: string
  clientSecret: string
  /** https://github.com, or where it is emulated. */
  baseUrl: string
  apiUrl: string
}

interface StrategyDeps {
  github: GithubSettings
  callbackUrl: string
  signIn: (person: GithubPerson) => Promise<Express.User>
}

const profileSchema = z.object({
  id: z.string().min(1),
  username: z.string().min(1),
  displayName: z.string().nullish(),
  emails: z.array(z.object({ value: z.string() })).nullish(),
  photos: z.array(z.object({ value: z.string() })).nullish(),
})

type Done = (error: unknown, user?: Express.User) => void

/** Authorization code with PKCE (S256) and a state bound to the browser's session. */
export function createGithubStrategy({ github, callbackUrl, signIn }: StrategyDeps): Strategy {
  const strategy = new Strategy(
    {
      clientID: github.clientId,
      clientSecret: github.clientSecret,
      callbackURL: callbackUrl,
      authorizationURL: `${github.baseUrl}/login/oauth/authorize`,
      tokenURL: `${github.baseUrl}/login/oauth/access_token`,
      userProfileURL: `${github.apiUrl}/user`,
      userEmailURL: `${github.apiUrl}/user/emails`,
      userAgent: 'berth',
      scope: ['read:user', 'user:email'],
      pkce: true,
      // Why: the published types know only stores without PKCE.
      store: createSignInState() as never,
    },
    (_accessToken: string, _refreshToken: string, profile: unknown, done: Done) => {
      void settle(profile, signIn, done)
    },
  )
  limitSilence(strategy, github.baseUrl)
  return strategy
}

async function settle(profile: unknown, signIn: StrategyDeps['signIn'], done: Done): Promise<void> {
  let user: Express.User
  try {
    user = await signIn(toPerson(profileSchema.parse(profile)))
  } catch (error) {
    done(error)
    return
  }
  done(null, user)
}

function toPerson(profile: z.infer<typeof profileSchema>): GithubPerson {
  return {
    subject: profile.id,
    login: profile.username,
    displayName: profile.displayName?.trim() || profile.username,
    email: profile.emails?.[0]?.value ?? null,
    avatarUrl: profile.photos?.[0]?.value ?? null,
  }
}

/** The library's own HTTP client waits for ever; its sockets are the only place to put a limit. */
function limitSilence(strategy: Strategy, url: string): void {
  const agent = url.startsWith('https:') ? new HttpsAgent() : new HttpAgent()
  const connect = agent.createConnection.bind(agent)
  agent.createConnection = (options, onCreate) => {
    const socket = connect(options, onCreate)
    ;(socket as Socket | null | undefined)?.setTimeout(SOCKET_TIMEOUT_MS, () =>
      socket?.destroy(new Error(`GitHub was silent for ${SOCKET_TIMEOUT_MS} ms`)),
    )
    return socket
  }
  const { _oauth2 } = strategy as unknown as { _oauth2: { setAgent: (agent: HttpAgent) => void } }
  _oauth2.setAgent(agent)
}
