import { useQuery } from '@pinia/colada'
import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import { useApi } from '../api/use-api.ts'
import { refuse } from '../testing/fake-api.ts'
import { aUser, mountPage } from '../testing/mount-page.ts'
import { useConnection } from './connection-store.ts'
import { useRecovery } from './use-recovery.ts'

beforeEach(() => void vi.useFakeTimers({ shouldAdvanceTime: true }))
afterEach(() => void vi.useRealTimers())

const Page = defineComponent(() => {
  useRecovery()
  const api = useApi()
  const connection = useConnection()
  const { data, error } = useQuery({ key: ['keys'], query: () => api.sshKeys.list({}) })
  return () =>
    h('p', `${connection.trouble ?? 'fine'}: ${data.value ? 'read' : error.value ? 'failed' : 'reading'}`)
})

const later = async (ms: number): Promise<void> => {
  await vi.advanceTimersByTimeAsync(ms)
  await flushPromises()
}
const cut = () => Promise.reject(new TypeError('cut'))

it('says that nothing answers, and fills the page by itself when something does', async () => {
  const { page, api } = await mountPage(Page, {
    routes: { 'GET /v1/auth/me': cut, 'GET /v1/ssh-keys': cut },
  })
  await later(2000)
  expect(page.text()).toBe('unreachable: failed')
  api.on('GET /v1/auth/me', () => aUser)
  api.on('GET /v1/ssh-keys', () => ({ items: [] }))
  await later(9000)
  expect(page.text()).toBe('fine: read')
})

it('takes an answer that something on the way made for none', async () => {
  const gateway = () => Response.json({ code: 'api_unreachable', detail: 'x', status: 502 }, { status: 502 })
  const { page } = await mountPage(Page, { routes: { 'GET /v1/ssh-keys': gateway } })
  await later(6000)
  expect(page.text()).toBe('unreachable: failed')
})

it('leaves a refusal alone', async () => {
  const { page, api } = await mountPage(Page, {
    routes: { 'GET /v1/ssh-keys': () => refuse('internal', 'Ours.') },
  })
  await later(20_000)
  expect(page.text()).toBe('fine: failed')
  expect(api.calls.filter(({ route }) => route === 'GET /v1/ssh-keys')).toHaveLength(1)
})
