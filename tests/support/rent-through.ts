import { randomBytes } from 'node:crypto'
import type { OfferView } from '@berth/contract/schemas/catalog'
import type { LedgerLine } from '@berth/contract/schemas/billing'
import type { NewRental, RentalDetail, RentalEventView } from '@berth/contract/schemas/rentals'
import type { BrowserContext, Page } from 'playwright-core'
import { getJson } from './visitor.ts'

type Wish = Partial<NewRental> & { offerId: string }

/** Rents without the form, with the visitor's own cookie: for pods that a test of another page needs. */
export async function rentThrough(page: Page, wish: Wish): Promise<RentalDetail> {
  const context = page.context()
  const offer = await getJson<OfferView>(context, `/v1/catalog/listings/${encodeURIComponent(wish.offerId)}`)
  const { items: keys } = await getJson<{ items: { id: string }[] }>(context, '/v1/ssh-keys')
  const body: NewRental = {
    image: 'berth/pytorch:2.5',
    sshKeyIds: keys.map(({ id }) => id),
    duration: { kind: 'for', seconds: 3600 },
    priceMicrosPerHour: offer.priceMicrosPerHour,
    ...wish,
  }
  return sendJson<RentalDetail>(page, '/v1/rentals', body)
}

/** The cheapest on the market that matches this query of the listings. */
export async function firstOffer(page: Page, query: string): Promise<OfferView> {
  const path = `/v1/catalog/listings?${query}&spot=false&sort=price&pageSize=1`
  const { items } = await getJson<{ items: OfferView[] }>(page.context(), path)
  if (!items[0]) throw new Error(`nothing on sale for ${query}`)
  return items[0]
}

/** A POST with the visitor's cookie, as the page itself would send it. */
export async function sendJson<T>(page: Page, path: string, data: object = {}): Promise<T> {
  const response = await page.context().request.post(path, {
    data,
    headers: { origin: new URL(page.url()).origin, 'idempotency-key': randomBytes(12).toString('hex') },
  })
  if (!response.ok()) throw new Error(`${path} answered ${response.status()}: ${await response.text()}`)
  // Why null: some have nothing to answer.
  return (response.status() === 204 ? null : await response.json()) as T
}

/** The id in the address of the page of a pod. */
export const rentalIdOf = (page: Page): string => /rent_\w+/.exec(page.url())![0]

export const rentalOf = (context: BrowserContext, id: string): Promise<RentalDetail> =>
  getJson(context, `/v1/rentals/${id}`)

export async function eventsOf(context: BrowserContext, id: string): Promise<RentalEventView[]> {
  const { items } = await getJson<{ items: RentalEventView[] }>(
    context,
    `/v1/rentals/${id}/events?pageSize=200`,
  )
  return items
}

/** What the ledger has charged for it, and for how many seconds. */
export async function chargedFor(
  context: BrowserContext,
  id: string,
): Promise<{ micros: number; seconds: number }> {
  const { items } = await getJson<{ items: LedgerLine[] }>(
    context,
    `/v1/billing/ledger?rentalId=${id}&pageSize=200`,
  )
  const charges = items.filter(({ window }) => window !== null)
  return {
    micros: charges.reduce((sum, { amountMicros }) => sum - amountMicros, 0),
    seconds: charges.reduce((sum, { window }) => sum + window!.seconds, 0),
  }
}
