import type { MockGroup } from '../mock-handlers.ts'

export const authHandlers: MockGroup<'auth'> = {
  me: ({ world }) => world.state.user,
  change: ({ world, body }) => Object.assign(world.state.user, body),
  logout: ({ world }) => {
    world.state.signedIn = false
    return undefined
  },
}
