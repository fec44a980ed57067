import { randomUUID } from 'node:crypto'
import type { BrowserContext, Page } from 'playwright-core'

/** What a person does in the dashboard, click by click. */
export async function signIn(page: Page, login: string): Promise<void> {
  await page.goto('/sign-in')
  await page.getByTestId('sign-in-github').click()
  await authorize(page, login)
  await page.getByTestId('balance-pill').waitFor()
}

/** What GitHub asks on the way: who one is, and whether Berth may know. */
export async function authorize(page: Page, login: string): Promise<void> {
  await page.getByTestId('new-login').fill(login)
  await page.getByTestId('authorize-new').click()
}

export async function addSshKey(page: Page, publicKey: string): Promise<void> {
  await page.goto('/keys')
  await page.getByTestId('add-key').first().click()
  await page.getByTestId('ssh-key-name').fill('laptop')
  await page.getByTestId('ssh-key-public').fill(publicKey)
  await page.getByTestId('add-key-submit').click()
  await page.getByTestId('ssh-key-row').first().waitFor()
}

/** Makes an API key and keeps what is shown once. */
export async function makeApiKey(
  page: Page,
  { name, scope }: { name: string; scope: 'Only read' | 'Read and change' },
): Promise<string> {
  await page.goto('/api-keys')
  await page.getByTestId('add-api-key').click()
  await page.getByTestId('api-key-name').fill(name)
  await page.getByRole('radio', { name: scope }).click()
  await page.getByTestId('api-key-submit').click()
  const secret = await page.getByTestId('api-key-secret').textContent()
  await page.getByTestId('api-key-kept').click()
  await page.getByTestId('api-key-row').filter({ hasText: name }).waitFor()
  return secret!
}

/** Pays with the card that the emulated page has filled in, and waits until the money is in the ledger. */
export async function topUp(page: Page, dollars: 25 | 100): Promise<void> {
  await page.goto('/wallet')
  await page.getByTestId(`top-up-${dollars}`).click()
  await page.getByTestId('top-up-submit').click()
  await page.getByTestId('pay').click()
  await page.waitForURL(/\/wallet/)
  await page.getByTestId('ledger-row').first().waitFor({ timeout: 60_000 })
}

/** The cheapest offer on screen: a button in the table of a wide window, the whole card on a phone. */
export const firstOffer = (page: Page) =>
  page.locator('[data-testid=rent-button], a[data-testid=offer-row]').first()

export interface RentWish {
  /** Query string of the market. */
  market: string
  hours: number
  /** A custom image; the first preset otherwise. */
  image?: string
  variable?: { name: string; value: string }
  port?: number
}

/** Rents the first offer that matches and waits on its page until it can be logged in to. */
export async function rentFirst(
  page: Page,
  { market, hours, image, variable, port }: RentWish,
): Promise<void> {
  await page.goto(`/market?${market}`)
  await firstOffer(page).click()
  if (image !== undefined) {
    await page.getByTestId('image-custom').click()
    await page.getByTestId('image-name').fill(image)
  }
  if (variable !== undefined) {
    await page.getByTestId('env-add').click()
    await page.getByTestId('env-name').fill(variable.name)
    await page.getByTestId('env-value').fill(variable.value)
  }
  if (port !== undefined) await page.getByTestId('ports').fill(String(port))
  await page.getByTestId('duration-for').click()
  await page.getByTestId('duration-hours').fill(String(hours))
  // A key is chosen as soon as the list of keys is there.
  await page.locator('[data-testid=ssh-key-choice] input:checked').first().waitFor({ state: 'attached' })
  await page.getByTestId('rent-submit').click()
  await page.waitForURL(/\/pods\/rent_/)
  await page.getByTestId('ssh-command').waitFor({ timeout: 90_000 })
}

export async function stopPod(page: Page): Promise<void> {
  await page.getByTestId('stop-button').click()
  await page.getByTestId('stop-confirm').click()
  await page.getByTestId('receipt').waitFor({ timeout: 60_000 })
}

/** A GET with the visitor's own cookie. */
export async function getJson<T>(context: BrowserContext, path: string): Promise<T> {
  const response = await context.request.get(path)
  if (!response.ok()) throw new Error(`${path} answered ${response.status()}: ${await response.text()}`)
  return (await response.json()) as T
}

/** A POST with the visitor's own cookie, under a key of its own. */
export async function postJson(context: BrowserContext, path: string, data: unknown): Promise<void> {
  const response = await context.request.post(path, { data, headers: { 'idempotency-key': randomUUID() } })
  if (!response.ok()) throw new Error(`${path} answered ${response.status()}: ${await response.text()}`)
}

/** By how much the page is wider than the window; zero or less where nothing scrolls sideways. */
export const sidewaysScroll = (page: Page): Promise<number> =>
  page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
