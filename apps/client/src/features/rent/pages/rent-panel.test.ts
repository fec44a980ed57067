import type { NewRental } from '@berth/contract/schemas/rentals'
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

describe('renting', () => {
  it('says the price on the button, and asks for exactly that price', async () => {
    const { api, router } = await setup()
    expect(button().textContent).toContain('Rent for $2.10/h')
    await press()
    expect(api.calls.find(({ route }) => route === 'POST /v1/rentals')?.body).toMatchObject({
      offerId: anOffer().id,
      priceMicrosPerHour: 2_100_000,
      sshKeyIds: [aSshKey.id],
    })
    expect(router.currentRoute.value).toMatchObject({ name: 'pod', params: { id: aRental().id } })
  })

  it('says before the click what a stop keeps, costs and loses at this provider', async () => {
    const terms = {
      stopStart: 'keeps_disk_bills_full',
      teardownSeconds: 90,
      images: 'any',
      ports: 'published',
      environment: 'any',
    } as const
    await setup({ 'GET /v1/catalog/listings/*': () => anOffer({ terms }) })
    const words = (name: string) => document.querySelector(`[data-testid=stop-${name}]`)?.textContent
    expect(words('keeps')).toContain('RunPod charges a paused pod at its full price')
    expect(words('costs')).toContain('RunPod may take 1m 30s to destroy it, which we pay.')
    expect(words('loses')).toContain('copy your results first')
  })

  it('cannot rent twice by pressing again after a cut connection', async () => {
    const { api } = await setup({ 'POST /v1/rentals': () => Promise.reject(new TypeError('connection cut')) })
    await press()
    const failure = document.querySelector('[data-testid=failure]')
    expect(failure?.getAttribute('data-code')).toBe('unreachable')
    expect(failure?.textContent).toContain('it cannot rent twice')
    api.on('POST /v1/rentals', () => aRental())
    await press()
    const keys = api.calls
      .filter(({ route }) => route === 'POST /v1/rentals')
      .map((call) => call.idempotencyKey)
    expect(keys).toHaveLength(2)
    expect(new Set(keys).size).toBe(1)
  })

  it('shows a changed price and asks again before paying it', async () => {
    const { api } = await setup({
      'POST /v1/rentals': () => refuse('price_changed', 'RunPod raised its price.'),
    })
    api.on('GET /v1/catalog/listings/*', () => anOffer({ priceMicrosPerHour: 2_300_000 }))
    api.on('POST /v1/rentals/preview', () => aPreview({ priceMicrosPerHour: 2_300_000 }))
    await press()
    expect(document.querySelector('[data-testid=new-price]')?.textContent).toContain(
      'It is now $2.30 per hour. You were shown $2.10.',
    )
    expect(document.querySelectorAll('[data-testid=failure]')).toHaveLength(0)
    expect(button().textContent).toContain('Accept $2.30/h and rent')
    api.on('POST /v1/rentals', () => aRental())
    await press()
    const prices = api.calls
      .filter(({ route }) => route === 'POST /v1/rentals')
      .map(({ body }) => (body as NewRental).priceMicrosPerHour)
    expect(prices).toEqual([2_100_000, 2_300_000])
  })

  it('tells of a higher price before the press too, whichever answer brings it, and of a larger disk nothing', async () => {
    const dearDisk = anOffer({ diskMicrosPerGibHour: 1000 })
    const { api } = await setup({
      'GET /v1/catalog/listings/*': () => dearDisk,
      'POST /v1/rentals/preview': ({ body }) => {
        const { diskGib = 100 } = body as NewRental
        return aPreview({ priceMicrosPerHour: 2_100_000 + (diskGib - 100) * 1000 })
      },
    })
    type('disk', '200')
    await vi.waitFor(() => expect(button().textContent).toContain('Rent for $2.20/h'))
    expect(document.querySelector('[data-testid=price-rise]')).toBeNull()
    api.on('POST /v1/rentals/preview', () => aPreview({ priceMicrosPerHour: 2_500_000 }))
    document.querySelector<HTMLElement>('[data-testid=duration-budget] input')?.click()
    await vi.waitFor(() =>
      expect(document.querySelector('[data-testid=new-price]')?.textContent).toContain(
        'It is now $2.50 per hour. You were shown $2.20.',
      ),
    )
    expect(button().textContent).toContain('Accept $2.50/h and rent')
  })

  it('offers to top up what is missing instead of a button that must fail', async () => {
    await setup({ 'POST /v1/rentals/preview': () => aPreview({ shortfallMicros: 6_200_000 }) })
    expect(button().disabled).toBe(true)
    expect(document.querySelector('[data-testid=top-up-missing]')?.getAttribute('href')).toBe(
      '/wallet?amount=7#top-up',
    )
  })

  it('leads to similar offers when this one was just taken', async () => {
    const { api } = await setup({ 'POST /v1/rentals': () => refuse('offer_gone', 'Somebody was faster.') })
    api.on('GET /v1/catalog/listings', () => ({
      items: [anOffer(), anOffer({ id: 'lambda:x', providerName: 'Lambda' })],
      nextCursor: null,
      total: 2,
      providers: [],
    }))
    await press()
    const links = [...document.querySelectorAll('[data-testid=similar-offer]')]
    expect(links.map((link) => link.textContent?.includes('Lambda'))).toEqual([true])
  })

  it('says who takes no new pods and why, before the press too, and what else there is of this GPU', async () => {
    const words =
      'RunPod takes no new pods: pods lose their network. Choose another one; nothing was charged.'
    const { api } = await setup({
      'POST /v1/rentals/preview': () =>
        refuse('offer_gone', words, undefined, { providerName: 'RunPod', reason: 'pods lose their network' }),
      'GET /v1/catalog/listings': () => ({
        items: [anOffer({ id: 'lambda:x', providerName: 'Lambda' })],
        nextCursor: null,
        total: 1,
        providers: [],
      }),
    })
    const [notice, ...more] = document.querySelectorAll('[data-testid=failure]')
    expect(more).toEqual([])
    expect(notice?.textContent).toContain('RunPod takes no new pods')
    expect(notice?.textContent).toContain(words)
    await vi.waitFor(() => expect(document.querySelector('[data-testid=similar-offer]')).toBeTruthy())
    expect(api.calls.some(({ route }) => route === 'POST /v1/rentals')).toBe(false)
  })

  it('does not ask before a key is chosen', async () => {
    const { api } = await setup({ 'GET /v1/ssh-keys': () => ({ items: [] }) })
    await press()
    expect(document.body.textContent).toContain('Choose one SSH key at least.')
    expect(api.calls.some(({ route }) => route === 'POST /v1/rentals')).toBe(false)
  })

  it('waits for the keys when it is pressed before they are there', async () => {
    let answer: (keys: { items: (typeof aSshKey)[] }) => void = () => undefined
    const keys = new Promise<{ items: (typeof aSshKey)[] }>((resolve) => (answer = resolve))
    const { api } = await mounted({ 'GET /v1/ssh-keys': () => keys })
    await vi.waitFor(() => expect(button()).toBeTruthy())
    button().click()
    await flushPromises()
    expect(document.body.textContent).not.toContain('Choose one SSH key at least.')
    answer({ items: [aSshKey] })
    await settled()
    const asked = api.calls.find(({ route }) => route === 'POST /v1/rentals')
    expect(asked?.body).toMatchObject({ sshKeyIds: [aSshKey.id] })
  })

  it('says once what stands in the way when quote and order are refused alike', async () => {
    const gone = () => refuse('offer_gone', 'Somebody was faster.')
    const { api } = await setup({ 'POST /v1/rentals': gone })
    api.on('POST /v1/rentals/preview', gone)
    await press()
    document.querySelector<HTMLElement>('[data-testid=duration-budget] input')?.click()
    await vi.waitFor(() => {
      const asked = api.calls.filter(({ route }) => route === 'POST /v1/rentals/preview')
      expect(asked.at(-1)?.body).toMatchObject({ duration: { kind: 'budget' } })
    })
    await settled()
    expect(document.querySelectorAll('[data-testid=failure]')).toHaveLength(1)
  })

  it('hands over what a template asks for and what was typed', async () => {
    const { api } = await setup()
    document.querySelector<HTMLElement>('[data-testid=template-vllm] input')?.click()
    await settled()
    type('env-value', 'hf_1')
    type('ports', '8000, 9000')
    type('disk', '200')
    await vi.waitFor(() => {
      const asked = api.calls.filter(({ route }) => route === 'POST /v1/rentals/preview')
      expect(asked.at(-1)?.body).toMatchObject({ diskGib: 200 })
    })
    await settled()
    await press()
    expect(api.calls.find(({ route }) => route === 'POST /v1/rentals')?.body).toMatchObject({
      image: 'vllm/vllm-openai:v0.6.6',
      env: { HF_TOKEN: 'hf_1' },
      ports: [8000, 9000],
      diskGib: 200,
    })
  })

  it('says beforehand that a port is reached through SSH alone', async () => {
    const { terms } = anOffer()
    await setup({ 'GET /v1/catalog/listings/*': () => anOffer({ terms: { ...terms, ports: 'tunnel' } }) })
    expect(document.querySelector('[data-testid=port-access]')?.textContent).toContain(
      'RunPod lets nothing in but SSH.',
    )
  })

  it('sums it all up in one sentence', async () => {
    await setup()
    expect(document.querySelector('[data-testid=rent-sentence]')?.textContent?.trim()).toBe(
      'You rent 1× H100 SXM 80 GB at RunPod in United States until you stop it at $2.10 per hour, $50.40 per day; ' +
        '$0.175 is held now, and each second is charged as you use it; your wallet lasts 9 hours 31 minutes with all that runs; ' +
        'a stop ends the pod and loses its disk.',
    )
  })

  it('adds a key on the way without renting anything', async () => {
    const { api } = await setup({
      'POST /v1/ssh-keys': () => ({ ...aSshKey, id: 'key_01ARZ3NDEKTSV4RRFFQ69G5FAX' }),
    })
    document.querySelector<HTMLElement>('[data-testid=add-key]')?.click()
    await settled()
    type('ssh-key-public', 'ssh-ed25519 AAAA box')
    type('ssh-key-name', 'box')
    document.querySelector<HTMLElement>('[data-testid=add-key-submit]')?.click()
    await settled()
    expect(api.calls.map(({ route }) => route)).toContain('POST /v1/ssh-keys')
    expect(api.calls.map(({ route }) => route)).not.toContain('POST /v1/rentals')
  })

  it('tells a visitor to sign in and where they come back to', async () => {
    await setup({ 'GET /v1/auth/me': () => refuse('not_signed_in', 'Sign in.') })
    expect(document.querySelector('[data-testid=rent-sign-in]')?.getAttribute('href')).toContain(
      'returnTo=/rent/',
    )
  })

  it('lets a visitor fill it in, and finds it filled in after signing in, without the values of variables', async () => {
    const visit = await setup({ 'GET /v1/auth/me': () => refuse('not_signed_in', 'Sign in.') })
    document.querySelector<HTMLElement>('[data-testid=image-custom] input')?.click()
    await settled()
    type('image-name', 'ghcr.io/me/mine:1')
    document.querySelector<HTMLElement>('[data-testid=env-add]')?.click()
    await settled()
    type('env-name', 'HF_TOKEN')
    await settled()
    type('env-value', 'hf_secret')
    await settled()
    expect(JSON.stringify({ ...sessionStorage })).not.toContain('hf_secret')
    visit.page.unmount()

    const { api } = await setup()
    expect(document.querySelector('[data-testid=rent-restored]')?.textContent).toContain('HF_TOKEN')
    type('env-value', 'hf_again')
    await press()
    expect(api.calls.find(({ route }) => route === 'POST /v1/rentals')?.body).toMatchObject({
      image: 'ghcr.io/me/mine:1',
      env: { HF_TOKEN: 'hf_again' },
      sshKeyIds: [aSshKey.id],
    })
    expect(sessionStorage.getItem('berth-rent-draft')).toBeNull()
  })

  it('takes what was filled in along to another offer, or begins anew', async () => {
    const first = await setup()
    type('ports', '9000')
    await settled()
    first.page.unmount()
    await setup({ 'GET /v1/catalog/listings/*': () => anOffer({ id: 'lambda:x', provider: 'lambda' }) })
    const ports = () => document.querySelector<HTMLInputElement>('[data-testid=ports]')?.value
    expect(ports()).toBe('9000')
    document.querySelector<HTMLElement>('[data-testid=rent-restored] button')?.click()
    await settled()
    expect([ports(), document.querySelector('[data-testid=rent-restored]')]).toEqual(['', null])
  })

  it('keeps what was filled in when the session ends, and offers to sign in', async () => {
    const { api } = await setup()
    type('ports', '9000')
    await settled()
    api.on('POST /v1/rentals', () => refuse('not_signed_in', 'Sign in.'))
    await press()
    expect(document.querySelector('[data-testid=rent-sign-in]')).toBeTruthy()
    expect(document.querySelector<HTMLInputElement>('[data-testid=ports]')?.value).toBe('9000')
  })

  it('says that the offer is gone when the address is old', async () => {
    await setup({ 'GET /v1/catalog/listings/*': () => refuse('not_found', 'Not on the market.') })
    expect(document.body.textContent).toContain('This offer is gone')
    expect(document.body.textContent).toContain('Nothing was charged.')
    expect(document.body.textContent).not.toContain('Loading')
  })

  it('says who takes no new pods and why when the address is old, and what else there is of this GPU', async () => {
    const reason = 'pods lose their <b>network</b>'
    const data = { providerName: 'RunPod', reason, gpu: anOffer().gpu.key }
    await setup({
      'GET /v1/catalog/listings/*': () => refuse('offer_gone', 'Closed.', undefined, data),
      'GET /v1/catalog/listings': () => ({ items: [anOffer({ id: 'lambda:x' })], nextCursor: null }),
    })
    const gone = document.querySelector('[data-testid=rent-gone]')
    expect(gone?.textContent).toContain('RunPod takes no new pods')
    expect(gone?.textContent).toContain(reason)
    await vi.waitFor(() => expect(document.querySelector('[data-testid=similar-offer]')).toBeTruthy())
    expect(await accessibilityProblems()).toEqual([])
  })
})

function button(): HTMLButtonElement {
  const found = document.querySelector<HTMLButtonElement>('[data-testid=rent-submit]')
  if (!found) throw new Error('there is no rent button')
  return found
}

function type(testId: string, text: string): void {
  const field = document.querySelector<HTMLInputElement>(`[data-testid=${testId}]`)
  if (!field) throw new Error(`there is no field ${testId}`)
  field.value = text
  field.dispatchEvent(new Event('input'))
}

async function press(): Promise<void> {
  button().click()
  await settled()
}

/** Longer than the pause after which a changed choice is quoted. */
async function settled(): Promise<void> {
  await flushPromises()
  await vi.waitFor(() => expect(document.querySelector('[aria-busy=true]')).toBeNull())
  await flushPromises()
}

type Routes = NonNullable<Parameters<typeof mountPage>[1]>['routes']

async function setup(routes: Routes = {}) {
  const there = await mounted(routes)
  await settled()
  return there
}

const mounted = (routes: Routes) =>
  mountPage(RentPanel, {
    at: `/rent/${encodeURIComponent(anOffer().id)}`,
    routes: {
      'GET /v1/catalog/listings/*': () => anOffer(),
      'GET /v1/ssh-keys': () => ({ items: [aSshKey] }),
      'POST /v1/rentals/preview': () => aPreview(),
      'POST /v1/rentals': () => aRental(),
      ...routes,
    },
  })
