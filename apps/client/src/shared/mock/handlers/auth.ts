import type { MockGroup } from '../mock-handlers.ts'

export const authHandlers: MockGroup<'auth'> = {
  me: ({ world }) => world.state.user,
  logout: ({ world }) => {
    world.state.signedIn = false
    return undefined
  },
}
