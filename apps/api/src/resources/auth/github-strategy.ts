import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Socket } from 'node:net'
import { Strategy } from 'passport-github2'
import { readGithubProfile } from './read-github-profile.ts'
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

type Done = (error: unknown, result?: object) => void

/** Authorization code with PKCE (S256) and a state bound to the browser's session. */
export function createGithubStrategy({ github, callbackUrl, signIn }: StrategyDeps): Strategy {
  const strategy = new Strategy(
    {
      clientID: github.clientId,
      clientSecret: github.clientSecret,
      callbackURL: callbackUrl,
      authorizationURL: `${github.baseUrl}/login/oauth/authorize`,
      tokenURL: `${github.baseUrl}/login/oauth/access_token`,
      userAgent: 'berth',
      scope: ['read:user', 'user:email'],
      pkce: true,
      // Why: the published types know only stores without PKCE.
      store: createSignInState() as never,
    },
    (_accessToken: string, _refreshToken: string, person: GithubPerson, done: Done) => {
      void settle(signIn(person), done)
    },
  )
  // Why: the library's own reading has no time limit and throws outside any handler where an answer is not JSON.
  strategy.userProfile = (accessToken, done: Parameters<Strategy['userProfile']>[1]) => {
    void settle(readGithubProfile(github.apiUrl, accessToken), done as Done)
  }
  limitSilence(strategy, github.baseUrl)
  return strategy
}

async function settle(result: Promise<object>, done: Done): Promise<void> {
  let value: object
  try {
    value = await result
  } catch (error) {
    done(error)
    return
  }
  done(null, value)
}

/** The library exchanges the code with an HTTP client that waits for ever; its sockets are the place to put a limit. */
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
