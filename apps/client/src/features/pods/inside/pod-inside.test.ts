import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { aRental } from '../../../shared/testing/examples.ts'
import { refuse } from '../../../shared/testing/fake-api.ts'
import { mountPage } from '../../../shared/testing/mount-page.ts'
import PodInside from './pod-inside.vue'

afterEach(() => {
  vi.unstubAllGlobals()
})

const LOGS = `/v1/rentals/${aRental().id}/logs`
const frame = (id: string, lines: string[]): string =>
  `id: ${id}\nevent: log.lines\ndata: ${JSON.stringify({
    type: 'log.lines',
    lines: lines.map((line, place) => ({ id: `${id}#${place}`, at: '2026-03-01T12:00:00.000Z', line })),
  })}\n\n`

describe('the log of a pod', () => {
  it('is asked for when somebody wants to see it, and shows upstream text as text', async () => {
    const { asked, stream } = await setup()
    expect(asked).toEqual([])
    await show('log')
    expect(asked).toEqual([{ url: LOGS, lastEventId: null }])
    stream.say(frame('1', ['epoch 1', '<img src=x onerror=alert(1)>']))
    await flushPromises()
    expect(log()?.textContent).toContain('epoch 1')
    expect(log()?.textContent).toContain('<img src=x onerror=alert(1)>')
    expect(log()?.querySelector('img')).toBeNull()
  })

  it('says what the provider says when it can not be asked, until it answers again', async () => {
    const { stream } = await setup()
    await show('log')
    stream.say(
      'event: log.trouble\ndata: {"type":"log.trouble","by":"provider","words":"too many requests"}\n\n',
    )
    await flushPromises()
    expect(document.body.textContent).toContain('too many requests')
    stream.say(frame('2', ['back']))
    await flushPromises()
    expect(document.body.textContent).not.toContain('too many requests')
  })

  it('says where to look where the provider shows none', async () => {
    await setup(() => refuse('no_logs', 'This provider shows no logs.'))
    await show('log')
    expect(document.querySelector('[data-testid=log-refused]')?.textContent).toContain('Open the terminal')
  })

  it('is left when it is closed', async () => {
    const { left } = await setup()
    await show('log')
    expect(left()).toBe(false)
    await show('log')
    expect(left()).toBe(true)
    expect(log()).toBeNull()
  })
})

const log = () => document.querySelector('[data-testid=pod-log]')

async function show(what: 'log' | 'terminal'): Promise<void> {
  document.querySelector<HTMLElement>(`[data-testid=show-${what}]`)?.click()
  await flushPromises()
  await flushPromises()
}

async function setup(answer?: () => Response) {
  const asked: { url: string; lastEventId: string | null }[] = []
  let signal: AbortSignal | null | undefined
  const pipe = new TransformStream<Uint8Array, Uint8Array>()
  const writer = pipe.writable.getWriter()
  vi.stubGlobal('fetch', async (url: string, init?: RequestInit) => {
    asked.push({ url, lastEventId: new Headers(init?.headers).get('last-event-id') })
    signal = init?.signal
    return answer?.() ?? new Response(pipe.readable)
  })
  await mountPage(PodInside, { props: { rental: aRental() } })
  return {
    asked,
    left: () => signal?.aborted ?? false,
    stream: { say: (text: string) => void writer.write(new TextEncoder().encode(text)) },
  }
}
