import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { accessibilityProblems } from '../../../shared/testing/accessibility.ts'
import { aPreview, aRental, aSshKey, anOffer } from '../../../shared/testing/examples.ts'
import { refuse } from '../../../shared/testing/fake-api.ts'
import { mountPage } from '../../../shared/testing/mount-page.ts'
import RentPanel from './rent-panel.vue'

afterEach(() => {
  sessionStorage.clear()
})

const other = anOffer({
  id: 'vast:JP/h100',
  provider: 'vast',
  providerName: 'Vast.ai',
  priceMicrosPerHour: 2_400_000,
})
const ended = aRental({
  phase: 'ended',
  endReason: 'stopped_by_user',
  envNames: ['HF_TOKEN'],
  ports: [{ port: 8888, address: null }],
})

describe('renting again what has ended', () => {
  it('opens the same offer filled in, and asks for the values that nobody knows any more', async () => {
    const { api, router } = await setup([anOffer()])
    expect(router.currentRoute.value).toMatchObject({
      params: { offerId: anOffer().id },
      query: { gpuCount: '1' },
    })
    expect(router.currentRoute.value.query['again']).toBeUndefined()
    expect(words('again-chosen')).toBe('This is the offer you had, at the same price.')
    expect(words('rent-restored')).toContain('Filled in like amber-heron.')
    expect(words('rent-restored')).toContain('enter them anew: HF_TOKEN')
    expect(await accessibilityProblems()).toEqual([])
    type('env-value', 'hf_2')
    await flushPromises()
    expect(words('rent-restored')).not.toContain('HF_TOKEN')
    document.querySelector<HTMLElement>('[data-testid=rent-submit]')?.click()
    await flushPromises()
    expect(api.calls.find(({ route }) => route === 'POST /v1/rentals')?.body).toMatchObject({
      offerId: anOffer().id,
      name: 'amber-heron',
      image: 'ubuntu:24.04',
      ports: [8888],
      env: { HF_TOKEN: 'hf_2' },
    })
  })

  it('says which offer it chose instead of one that is gone, and what that costs more', async () => {
    const { page } = await setup([other])
    expect(words('again-chosen')).toBe(
      'The offer you had is gone; this is the cheapest like it, at Vast.ai in United States, $0.30 more per hour.',
    )
    page.unmount()
    const reloaded = await setup([other], { at: `/rent/${encodeURIComponent(other.id)}` })
    expect(words('again-chosen')).toContain('The offer you had is gone')
    expect(reloaded.api.calls.some(({ route }) => route.startsWith('GET /v1/rentals/'))).toBe(false)
  })

  it('tells of no reason any more at an offer that was picked by hand, and forgets it all when begun anew', async () => {
    const { page } = await setup([other])
    page.unmount()
    await setup([other], {
      at: '/rent/lambda',
      routes: { 'GET /v1/catalog/listings/*': () => anOffer({ id: 'lambda' }) },
    })
    expect(words('again-chosen')).toBeUndefined()
    expect(words('rent-restored')).toContain('Filled in like amber-heron.')
    document.querySelector<HTMLElement>('[data-testid=rent-restored] button')?.click()
    await flushPromises()
    expect(document.querySelector<HTMLInputElement>('[data-testid=ports]')?.value).toBe('')
    expect(sessionStorage.getItem('berth-rent-draft')).toBeNull()
  })

  it('narrows the market to what comes nearest where there is nothing like it, and says so', async () => {
    const { router, api } = await setup([])
    expect(words('again-none')).toContain('Nobody offers 1× H100 SXM like it right now')
    expect(words('again-none')).toContain('Nearest to it are other GPUs with 80 GB or more.')
    expect(router.currentRoute.value.query).toMatchObject({ minMemoryGib: '80' })
    document.querySelector<HTMLElement>('[data-testid=again-nearest]')?.click()
    await flushPromises()
    expect(router.currentRoute.value).toMatchObject({ name: 'market', query: { minMemoryGib: '80' } })
    expect(router.currentRoute.value.query['again']).toBeUndefined()
    expect(api.calls.some(({ route }) => route === 'POST /v1/rentals')).toBe(false)
  })

  it('says so when the market can not be asked, and asks again when told to', async () => {
    const down = () => refuse('internal', 'Something broke.')
    const { api } = await setup([anOffer()], { routes: { 'GET /v1/catalog/listings': down } })
    expect(words('failure')).toContain('The offer for it could not be looked up.')
    api.on('GET /v1/catalog/listings', () => pageOf([anOffer()]))
    document.querySelector<HTMLElement>('[data-testid=failure] button')?.click()
    await vi.waitFor(() =>
      expect(words('again-chosen')).toBe('This is the offer you had, at the same price.'),
    )
  })
})

const words = (testId: string) =>
  document.querySelector(`[data-testid=${testId}]`)?.textContent?.replace(/\s+/g, ' ').trim()

function type(testId: string, text: string): void {
  const field = document.querySelector<HTMLInputElement>(`[data-testid=${testId}]`)!
  field.value = text
  field.dispatchEvent(new Event('input'))
}

const pageOf = (items: ReturnType<typeof anOffer>[], total = items.length) => ({
  items,
  nextCursor: null,
  total,
  providers: [],
})

type Routes = NonNullable<Parameters<typeof mountPage>[1]>['routes']

/** The market has these offers like it, and three GPUs with as much memory. */
async function setup(
  offers: ReturnType<typeof anOffer>[],
  { at, routes = {} }: { at?: string; routes?: Routes } = {},
) {
  const there = await mountPage(RentPanel, {
    at: at ?? `/rent/${encodeURIComponent(ended.offerId)}?again=${ended.id}`,
    routes: {
      [`GET /v1/rentals/${ended.id}`]: () => ended,
      'GET /v1/catalog/listings': ({ url }) =>
        pageOf(offers, url.searchParams.has('minMemoryGib') ? 3 : offers.length),
      'GET /v1/catalog/listings/*': () => offers[0],
      'GET /v1/ssh-keys': () => ({ items: [aSshKey] }),
      'POST /v1/rentals/preview': () => aPreview(),
      'POST /v1/rentals': () => aRental(),
      ...routes,
    },
  })
  await flushPromises()
  await vi.waitFor(() => expect(document.querySelector('[aria-busy=true]')).toBeNull())
  await flushPromises()
  return there
}
