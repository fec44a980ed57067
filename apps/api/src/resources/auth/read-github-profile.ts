import { z } from 'zod'
import type { GithubPerson } from './sign-in-user.ts'

/** A person waits for it. */
const TIMEOUT_MS = 8_000

/** Source: https://docs.github.com/en/rest/users/users and https://docs.github.com/en/rest/users/emails */
const userSchema = z.object({
  id: z.int().positive(),
  login: z.string().min(1),
  name: z.string().nullish(),
  avatar_url: z.string().nullish(),
})
const emailsSchema = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }))

/** Who the holder of this token is. Only a verified address is taken: an unverified one may be anybody's. */
export async function readGithubProfile(apiUrl: string, accessToken: string): Promise<GithubPerson> {
  const [user, emails] = await Promise.all([
    get(`${apiUrl}/user`, accessToken, userSchema),
    get(`${apiUrl}/user/emails`, accessToken, emailsSchema),
  ])
  const verified = emails.filter((email) => email.verified)
  const email = verified.find(({ primary }) => primary) ?? verified[0]
  return {
    subject: String(user.id),
    login: user.login,
    displayName: user.name?.trim() || user.login,
    email: email?.email ?? null,
    avatarUrl: user.avatar_url ?? null,
  }
}

async function get<S extends z.ZodType>(url: string, accessToken: string, schema: S): Promise<z.output<S>> {
  const response = await fetch(url, {
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${accessToken}`,
      'user-agent': 'berth',
      'x-github-api-version': '2022-11-28',
    },
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  if (!response.ok) throw new Error(`GitHub answered ${response.status} to ${new URL(url).pathname}`)
  return schema.parse(await response.json())
}
