import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import { useConnection } from '../live/connection-store.ts'
import { aUser, mountPage } from '../testing/mount-page.ts'
import { useSession } from './session-store.ts'

beforeEach(() => void vi.useFakeTimers({ shouldAdvanceTime: true }))
afterEach(() => void vi.useRealTimers())

const Page = defineComponent(() => {
  const session = useSession()
  const connection = useConnection()
  let waits = true
  void session.ensure().then(() => (waits = false))
  return () => h('p', `${session.status}, ${connection.trouble ?? 'fine'}, ${waits ? 'waits' : 'goes on'}`)
})

it('says within five seconds that nothing answers, lets the page come, and takes the answer when there is one', async () => {
  let answer: (user: typeof aUser) => void = () => undefined
  const { page, api } = await mountPage(Page, {
    routes: { 'GET /v1/auth/me': () => new Promise<typeof aUser>((resolve) => (answer = resolve)) },
  })
  expect(page.text()).toBe('unknown, fine, waits')
  await vi.advanceTimersByTimeAsync(5000)
  expect(page.text()).toBe('unknown, unreachable, goes on')
  answer(aUser)
  await flushPromises()
  expect(page.text()).toBe('signed_in, fine, goes on')
  expect(api.calls).toHaveLength(1)
})
