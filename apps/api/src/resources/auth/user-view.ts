import type { User as UserView } from '@berth/contract/schemas/account'
import type { User } from '@berth/entities/user'

export const toUserView = (user: User): UserView => ({
  id: user.id,
  handle: user.handle,
  displayName: user.displayName,
  avatarUrl: user.avatarUrl,
  isOperator: user.isOperator,
  language: user.language,
  createdAt: user.createdAt.toISOString(),
})
