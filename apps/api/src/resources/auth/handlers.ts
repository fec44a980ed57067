import { endpoints } from '@berth/contract/endpoints'
import { endSession } from '../../http/authenticate.ts'
import { implement } from '../../http/implement.ts'
import { toUserView } from './user-view.ts'

interface AuthDeps {
  cookieName: string
  /** Ends what still streams to this session. */
  onSignedOut: (sessionId: string) => void
}

export const createAuthRoutes = ({ cookieName, onSignedOut }: AuthDeps) =>
  implement(endpoints.auth)({
    me: async ({ user }) => toUserView(user),
    logout: async ({ user, request, response }) => {
      const sessionId = request.sessionID
      await endSession(request)
      onSignedOut(sessionId)
      request.log.info({ userId: user.id }, 'signed out')
      response.clearCookie(cookieName, { path: '/' })
    },
  })
