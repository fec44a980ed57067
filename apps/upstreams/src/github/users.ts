/** A sample person who can sign in. */
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

export const findUser = (login: string): GithubUser | undefined =>
  GITHUB_USERS.find((user) => user.login === login)
