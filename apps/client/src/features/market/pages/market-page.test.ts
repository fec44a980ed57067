import type { Facets, OfferView, ProviderHealth } from '@berth/contract/schemas/catalog'
import { flushPromises } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { accessibilityProblems } from '../../../shared/testing/accessibility.ts'
import { anOffer } from '../../../shared/testing/examples.ts'
import { refuse } from '../../../shared/testing/fake-api.ts'
import { mountPage } from '../../../shared/testing/mount-page.ts'
import MarketPage from './market-page.vue'

describe('an offer on the market', () => {
  it('shows the all-in price beside the price per GPU, how fresh it is and how launches went', async () => {
    const { page } = await setup([
      anOffer({ gpuCount: 2, priceMicrosPerHour: 4_200_000, pricePerGpuMicrosPerHour: 2_100_000 }),
    ])
    const row = page.get('[data-testid=offer-row]').text()
    for (const words of ['2× H100 SXM', '$2.1000', '$4.2000', '97% of launches work', 'ready in 42s'])
      expect(row).toContain(words)
    expect(row).toContain('Confirmed')
    expect(row).toContain('16 vCPU · 128 GB RAM')
  })

  it('names the cloud behind an aggregator and who is in between', async () => {
    const { page } = await setup([
      anOffer({ providerName: 'Shadeform', provider: 'shadeform', aggregator: true, soldFor: 'lambda' }),
    ])
    expect(page.get('[data-testid=offer-row]').text()).toMatch(/Lambda\s*via Shadeform/)
  })

  it('is marked as spot, and as refused lately', async () => {
    const { page } = await setup([anOffer({ spot: true, lastRefusedAt: new Date().toISOString() })])
    expect(page.get('[data-testid=offer-row]').text()).toContain('Spot')
    expect(page.get('[data-testid=offer-row]').text()).toMatch(/Refused/)
  })
})

describe('finding an offer', () => {
  it('counts the offers that match and the providers they come from', async () => {
    const { page } = await setup([anOffer()], { at: '/market?provider=runpod' })
    expect(page.text()).toContain('1 offer from 1 provider. All-in prices')
  })

  it('takes two clicks to the cheapest H100 with 80 GB in Europe', async () => {
    const { click, asked, router } = await setup([anOffer()])
    await click('H100 80 GB')
    await click('Europe')
    expect(router.currentRoute.value.query).toEqual({
      gpu: 'nvidia-h100-80gb-sxm,nvidia-h100-80gb-pcie',
      continent: 'EU',
    })
    expect(Object.fromEntries(asked.at(-1) ?? [])).toMatchObject({
      gpu: 'nvidia-h100-80gb-sxm,nvidia-h100-80gb-pcie',
      continent: 'EU',
      sort: 'price',
      order: 'asc',
    })
  })

  it('keeps a highest price in the address, and puts back what is no amount', async () => {
    const { page, asked, router } = await setup([anOffer()])
    const field = page.get<HTMLInputElement>('[data-testid=max-price]')
    await field.setValue('$2.50')
    await flushPromises()
    expect(router.currentRoute.value.query).toEqual({ maxPrice: '2.5' })
    expect(asked.at(-1)?.get('maxPriceMicrosPerHour')).toBe('2500000')
    expect(page.text()).toContain('up to $2.50/h')
    await field.setValue('cheap')
    expect(field.element.value).toBe('2.5')
  })

  it('offers to drop each filter when nothing matches', async () => {
    const { page, click } = await setup([], { at: '/market?q=none&continent=EU' })
    expect(page.text()).toContain('No offer matches')
    await click('Without Europe')
    expect(page.text()).toContain('“none”')
  })

  it('can be tried again when the market could not be read', async () => {
    const { page, api, click } = await setup([anOffer()], {
      routes: { 'GET /v1/catalog/listings': () => refuse('internal', 'The database is busy.') },
    })
    expect(page.text()).toContain('The market could not be read')
    api.on('GET /v1/catalog/listings', () => listing([anOffer()]))
    await click('Try again')
    expect(page.findAll('[data-testid=offer-row]')).toHaveLength(1)
  })
})

it('names every provider in trouble with the reason, and goes on selling the others’ offers', async () => {
  const { page } = await setup([anOffer()], {
    providers: [
      aProvider(),
      aProvider({
        provider: 'lambda',
        displayName: 'Lambda',
        status: 'degraded',
        cause: 'failing',
        reason: 'HTTP 503',
      }),
      aProvider({
        provider: 'vast',
        displayName: 'Vast.ai',
        status: 'draining',
        cause: 'switched',
        reason: 'Moves house.',
      }),
      aProvider({
        provider: 'verda',
        displayName: 'Verda',
        status: 'degraded',
        cause: 'unread',
        reason: 'As the server puts it.',
      }),
    ],
  })
  const trouble = page.get('[data-testid=provider-trouble]').text()
  expect(trouble).toMatch(/Lambda is slow or failing\.\s*HTTP 503/)
  expect(trouble).toMatch(/Vast\.ai takes no new pods\.\s*Moves house\./)
  expect(trouble).toMatch(/Verda is slow or failing\.\s*Its offers have not been read yet\./)
  expect(trouble).not.toContain('RunPod')
  expect(page.findAll('[data-testid=offer-row]')).toHaveLength(1)
})

it('holds few rows in the page however many offers there are', async () => {
  const offers = Array.from({ length: 3000 }, (_, n) => anOffer({ id: `runpod:${n}` }))
  const { page } = await setup(offers)
  expect(page.findAll('[data-testid=offer-row]').length).toBeGreaterThan(5)
  expect(page.findAll('[data-testid=offer-row]').length).toBeLessThan(80)
  expect(page.get('table').attributes('aria-rowcount')).toBe('3001')
})

describe('comparing', () => {
  const offers = [1, 2, 3, 4, 5].map((n) =>
    anOffer({ id: `runpod:${n}`, priceMicrosPerHour: n * 1_000_000, medianBootSeconds: 60 - n }),
  )

  it('puts two to four offers side by side and marks the best of each line', async () => {
    const { page, choose } = await setup(offers)
    await choose(1)
    expect(page.get('[data-testid=compare-open]').attributes('disabled')).toBe('')
    await choose(0)
    await page.get('[data-testid=compare-open]').trigger('click')
    await flushPromises()
    const rows = [...document.querySelectorAll('[data-testid=compare-table] tbody tr')]
    const line = (name: string) =>
      rows.find((row) => row.querySelector('th')?.textContent?.trim() === name)?.textContent
    expect(line('All-in per hour')).toMatch(/\$2\.00.*\$1\.00.*best/)
    expect(line('Usually ready in')).toMatch(/58s.*best.*59s/)
    expect(line('When you stop')).toContain('Keeps nothing; destroyed within about 1m, at our cost')
    expect(document.querySelectorAll('[data-testid=compare-rent]')).toHaveLength(2)
    expect(await accessibilityProblems()).toEqual([])
  })

  it('takes no fifth', async () => {
    const { page, choose } = await setup(offers)
    for (const n of [0, 1, 2, 3]) await choose(n)
    const fifth = page.findAll<HTMLInputElement>('[data-testid=compare-check]')[4]
    expect(fifth?.element.disabled).toBe(true)
    await choose(0)
    expect(fifth?.element.disabled).toBe(false)
  })

  it('stands in the address, beside the filters', async () => {
    const { choose, click, router } = await setup(offers, { at: '/market?q=h100' })
    await choose(0)
    await choose(1)
    expect(router.currentRoute.value.query).toEqual({ q: 'h100', compare: ['runpod:1', 'runpod:2'] })
    await click('Europe')
    expect(router.currentRoute.value.query).toMatchObject({
      continent: 'EU',
      compare: ['runpod:1', 'runpod:2'],
    })
    await choose(0)
    await choose(1)
    expect(router.currentRoute.value.query).toEqual({ q: 'h100', continent: 'EU' })
  })

  it('is made of an address that somebody sent, and says which offers are gone', async () => {
    const { page, click, router } = await setup(offers, {
      at: '/market?compare=runpod:1&compare=vast:7&compare=lambda:a,b',
      routes: {
        'GET /v1/catalog/listings/*': ({ url }) =>
          decodeURIComponent(url.pathname).endsWith('vast:7')
            ? anOffer({ id: 'vast:7', providerName: 'Vast.ai' })
            : refuse('not_found', 'There is no such offer.'),
      },
    })
    const tray = page.get('[data-testid=compare-tray]').text()
    expect(tray).toContain('Compare 2')
    expect(tray).toContain('Vast.ai')
    expect(tray).toContain('One offer of this comparison is no longer sold.')
    await click('Leave out')
    expect(router.currentRoute.value.query).toEqual({ compare: ['runpod:1', 'vast:7'] })
    expect(page.find('[data-testid=compare-gone]').exists()).toBe(false)
  })
})

it('has a name for everything that can be used', async () => {
  await setup([anOffer(), anOffer({ id: 'runpod:2', spot: true })])
  expect(await accessibilityProblems()).toEqual([])
})

const aProvider = (change: Partial<ProviderHealth> = {}): ProviderHealth => ({
  provider: 'runpod',
  displayName: 'RunPod',
  status: 'ok',
  cause: null,
  reason: null,
  offers: 1,
  refreshedAt: null,
  latencyMs: 300,
  ...change,
})

const facet = (value: string, label: string) => ({ value, label, count: 1, fromMicrosPerGpuHour: 1 })
const facets: Facets = {
  gpu: [
    facet('nvidia-h100-80gb-sxm', 'H100 SXM 80 GB'),
    facet('nvidia-h100-80gb-pcie', 'H100 PCIe 80 GB'),
    facet('nvidia-h100-nvl-94gb-nvl', 'H100 NVL 94 GB'),
  ],
  gpuCount: [facet('1', '1 GPU')],
  memoryGib: [facet('80', '80 GB')],
  continent: [facet('EU', 'Europe')],
  country: [],
  provider: [facet('runpod', 'RunPod'), facet('vast', 'Vast.ai')],
  total: 1,
}

const listing = (items: OfferView[], providers = [aProvider()]) => ({
  items,
  nextCursor: null,
  total: items.length,
  providers,
})

interface World {
  at?: string
  providers?: ProviderHealth[]
  routes?: NonNullable<Parameters<typeof mountPage>[1]>['routes']
}

async function setup(offers: OfferView[], { at = '/market', providers, routes = {} }: World = {}) {
  const asked: URLSearchParams[] = []
  const mounted = await mountPage(MarketPage, {
    at,
    routes: {
      'GET /v1/catalog/listings': ({ url }) => {
        asked.push(url.searchParams)
        return listing(offers, providers)
      },
      'GET /v1/catalog/facets': () => facets,
      ...routes,
    },
  })
  await flushPromises()
  return {
    ...mounted,
    asked,
    click: async (label: string) => {
      const button = mounted.page.findAll('button').find((each) => each.text() === label)
      if (!button) throw new Error(`no button says ${label}`)
      await button.trigger('click')
      await flushPromises()
    },
    choose: async (row: number) => {
      await mounted.page.findAll('[data-testid=compare-check]')[row]?.trigger('change')
      await flushPromises()
    },
  }
}
