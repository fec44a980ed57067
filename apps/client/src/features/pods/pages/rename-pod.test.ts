import { flushPromises } from '@vue/test-utils'
import { expect, test, vi } from 'vitest'
import { accessibilityProblems } from '../../../shared/testing/accessibility.ts'
import { aRental, aSshKey } from '../../../shared/testing/examples.ts'
import { refuse } from '../../../shared/testing/fake-api.ts'
import { mountPage } from '../../../shared/testing/mount-page.ts'
import PodPage from './pod-page.vue'

test('a pod is renamed where its name stands: at once, with the focus back at the pencil', async () => {
  const { api, page } = await setup()
  await openField()
  expect(field()?.value).toBe('amber-heron')
  expect(document.activeElement).toBe(field())
  expect(await accessibilityProblems()).toEqual([])
  let answer: () => void = () => undefined
  api.on(
    'PATCH /v1/rentals/*',
    () => new Promise((resolve) => (answer = () => resolve(named('night train')))),
  )
  await enter('  night train ')
  expect(title()).toBe('night train')
  expect(field()).toBeNull()
  await vi.waitFor(() => expect(document.activeElement).toBe(pencil()))
  api.on('GET /v1/rentals/*', () => named('night train'))
  answer()
  await flushPromises()
  expect(title()).toBe('night train')
  expect(api.calls.filter(({ route }) => route.startsWith('PATCH')).map(({ body }) => body)).toEqual([
    { name: 'night train' },
  ])
  page.unmount()
})

test('a name that is refused goes back, and stands in the field again with what is wrong with it', async () => {
  const { api, page } = await setup()
  const detail = 'Too long.'
  api.on('PATCH /v1/rentals/*', () => refuse('invalid_request', detail, [{ pointer: '/name', detail }]))
  await openField()
  await enter('night train')
  await vi.waitFor(() => expect(errorWords()).toBe(detail))
  expect([title(), field()?.value]).toEqual(['amber-heron', 'night train'])
  expect(field()?.getAttribute('aria-describedby')).toBe(
    document.querySelector('[data-testid=rename-error]')?.id,
  )
  expect(await accessibilityProblems()).toEqual([])
  page.unmount()
})

test('Escape leaves it as it was, and so does the name it has; none is not one', async () => {
  const { api, page } = await setup()
  await openField()
  await enter('  ')
  expect(errorWords()).toBe('Give it a name.')
  field()?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))
  await flushPromises()
  await vi.waitFor(() => expect(document.activeElement).toBe(pencil()))
  await openField()
  expect(errorWords()).toBeUndefined()
  await enter('amber-heron')
  expect([title(), field()]).toEqual(['amber-heron', null])
  expect(api.calls.some(({ route }) => route.startsWith('PATCH'))).toBe(false)
  page.unmount()
})

const named = (name: string) => aRental({ name })
const title = () => document.querySelector('h1')?.textContent?.trim()
const field = () => document.querySelector<HTMLInputElement>('[data-testid=rename-field]')
const pencil = () => document.querySelector<HTMLElement>('[data-testid=rename]')
const errorWords = () => document.querySelector('[data-testid=rename-error]')?.textContent?.trim()

async function openField(): Promise<void> {
  pencil()?.click()
  await flushPromises()
  await vi.waitFor(() => expect(field()).not.toBeNull())
}

async function enter(text: string): Promise<void> {
  const input = field()!
  input.value = text
  input.dispatchEvent(new Event('input'))
  await flushPromises()
  input.form?.requestSubmit()
  await flushPromises()
}

const setup = () => {
  const rental = aRental()
  return mountPage(PodPage, {
    at: `/pods/${rental.id}`,
    routes: {
      'GET /v1/rentals/*': () => rental,
      [`GET /v1/rentals/${rental.id}/events`]: () => ({ items: [], nextCursor: null }),
      [`GET /v1/rentals/${rental.id}/usage`]: () => ({ step: 'hour', rows: [] }),
      'GET /v1/ssh-keys': () => ({ items: [aSshKey] }),
    },
  })
}
