import { createHash } from 'node:crypto'

/** A person who can sign in. */
export interface GithubUser {
  /** Stable for ever: what an application keeps as the identity. */
  readonly id: number
  readonly login: string
  readonly name: string
  readonly emails: readonly {
    readonly email: string
    readonly primary: boolean
    readonly verified: boolean
  }[]
}

/** The people of the emulated GitHub; `operator` is who the local stack makes an operator. */
export const GITHUB_USERS: readonly GithubUser[] = [
  {
    id: 583231,
    login: 'octocat',
    name: 'The Octocat',
    emails: [
      { email: 'octocat@example.com', primary: true, verified: true },
      { email: 'octocat@old.example.com', primary: false, verified: false },
    ],
  },
  {
    id: 1815,
    login: 'ada',
    name: 'Ada Lovelace',
    emails: [{ email: 'ada@example.com', primary: true, verified: true }],
  },
  {
    id: 1000001,
    login: 'operator',
    name: 'Berth Operator',
    emails: [{ email: 'operator@example.com', primary: true, verified: true }],
  },
]

/** What GitHub allows as a name: letters, digits and single hyphens within, 39 characters at most. */
const loginPattern = /^(?=.{1,39}$)[a-z\d]+(-[a-z\d]+)*$/

/** A sample person, or a new one for any other name that GitHub would allow: the same person each time. */
export function findUser(login: string): GithubUser | undefined {
  const sample = GITHUB_USERS.find((user) => user.login === login)
  return sample ?? (loginPattern.test(login) ? newcomer(login) : undefined)
}

function newcomer(login: string): GithubUser {
  // Why six bytes: a number of JavaScript still, and above every sample's.
  const id = 2_000_000_000 + createHash('sha256').update(login).digest().readUIntBE(0, 6)
  return {
    id,
    login,
    name: login,
    emails: [{ email: `${login}@example.com`, primary: true, verified: true }],
  }
}
