import { createHmac, randomBytes } from 'node:crypto'
import { SessionEntity } from '@berth/entities/session'
import type { User } from '@berth/entities/user'
import { WalletEntity } from '@berth/entities/wallet'
import { sessionCookieName } from '../http/sessions.ts'
import { signInUser } from '../resources/auth/sign-in-user.ts'
import type { TestApi } from './start-test-api.ts'

export interface TestPerson {
  user: User
  walletId: string
  sessionId: string
  /** Value of the Cookie header. */
  cookie: string
}

/** Somebody who has signed in: a user with an empty wallet and a live session. */
export async function signInAs(api: TestApi, login: string): Promise<TestPerson> {
  const user = await signInUser(
    { dataSource: api.dataSource, operators: api.config.operators },
    { subject: `gh-${login}`, login, displayName: login, email: null, avatarUrl: null },
  )
  const { id: walletId } = await api.dataSource
    .getRepository(WalletEntity)
    .findOneByOrFail({ userId: user.id })
  const { sessionId, cookie } = await openSession(api, user.id)
  return { user, walletId, sessionId, cookie }
}

/** A session as sign-in would have written it, with its signed cookie. */
export async function openSession(
  api: TestApi,
  userId: string,
  times: { signedInAt?: number; renewedAt?: number; expire?: Date } = {},
): Promise<{ sessionId: string; cookie: string }> {
  const now = Date.now()
  const { signedInAt = now, renewedAt = now, expire = new Date(now + 86_400_000) } = times
  const sessionId = randomBytes(18).toString('base64url')
  await api.dataSource.getRepository(SessionEntity).insert({
    sid: sessionId,
    expire,
    sess: {
      cookie: {
        originalMaxAge: 86_400_000,
        expires: expire.toISOString(),
        httpOnly: true,
        path: '/',
        sameSite: 'lax',
      },
      userId,
      signedInAt,
      renewedAt,
    },
  })
  return { sessionId, cookie: sessionCookie(api, sessionId) }
}

function sessionCookie({ config }: TestApi, sessionId: string): string {
  const [secret = ''] = config.sessionSecrets
  const signature = createHmac('sha256', secret).update(sessionId).digest('base64').replace(/=+$/, '')
  return `${sessionCookieName(config.https)}=${encodeURIComponent(`s:${sessionId}.${signature}`)}`
}
