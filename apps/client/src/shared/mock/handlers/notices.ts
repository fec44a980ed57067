import type { MockGroup } from '../mock-handlers.ts'
import { isoAt, type World } from '../world/world.ts'
import { pageOf } from './page.ts'

export const noticeHandlers: MockGroup<'notices'> = {
  list: ({ world, query }) => {
    const wanted = shown(world).filter(({ read }) => !query.unread || !read)
    return { ...pageOf(wanted.reverse(), query), ...unread(world) }
  },
  read: ({ world, body }) => {
    for (const notice of world.state.notices) {
      notice.read ||= 'ids' in body ? body.ids.includes(notice.id) : notice.id <= body.upTo
    }
    world.tell({ id: null, event: { type: 'notices.read', at: isoAt(world.nowMs()) } })
    return unread(world)
  },
  preferences: ({ world }) => preferences(world),
  choose: ({ world, body }) => {
    for (const choice of body.choices) {
      Object.assign(world.state.choices.find(({ kind }) => kind === choice.kind) ?? {}, choice)
    }
    return preferences(world)
  },
}

const shown = ({ state }: World) =>
  state.notices.filter(({ kind }) => state.choices.some((choice) => choice.kind === kind && choice.dashboard))

const unread = (world: World) => ({ unreadCount: shown(world).filter(({ read }) => !read).length })

const preferences = ({ state }: World) => ({ email: 'ada@example.com', choices: state.choices })
