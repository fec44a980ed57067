import type { MockGroup } from '../mock-handlers.ts'
import { refuse } from '../world/refuse.ts'

export const sessionHandlers: MockGroup<'sessions'> = {
  list: ({ world }) => ({ items: world.state.sessions }),
  end: ({ world, params }) => {
    const { state } = world
    const ended = state.sessions.find(({ id }) => id === params.id)
    if (!ended) throw refuse('not_found', 'There is no such session among yours; it may have ended.')
    state.sessions = state.sessions.filter(({ id }) => id !== params.id)
    if (ended.current) state.signedIn = false
    return undefined
  },
  endOthers: ({ world }) => {
    const { state } = world
    const before = state.sessions.length
    state.sessions = state.sessions.filter(({ current }) => current)
    return { ended: before - state.sessions.length }
  },
}
