import { endpoints } from '@berth/contract/endpoints'
import { UserEntity } from '@berth/entities/user'
import type { DataSource } from 'typeorm'
import { endSession } from '../../http/authenticate.ts'
import { implement } from '../../http/implement.ts'
import { toUserView } from './user-view.ts'

interface AuthDeps {
  dataSource: DataSource
  cookieName: string
  /** Ends what still streams to this session. */
  onSignedOut: (sessionId: string) => void
}

export const createAuthRoutes = ({ dataSource, cookieName, onSignedOut }: AuthDeps) =>
  implement(endpoints.auth)({
    me: async ({ user }) => toUserView(user),
    change: async ({ user, body: { language } }) => {
      if (language === undefined) return toUserView(user)
      await dataSource.getRepository(UserEntity).update({ id: user.id }, { language })
      return toUserView({ ...user, language })
    },
    logout: async ({ user, request, response }) => {
      const sessionId = request.sessionID
      await endSession(request)
      onSignedOut(sessionId)
      request.log.info({ userId: user.id }, 'signed out')
      response.clearCookie(cookieName, { path: '/' })
    },
  })
