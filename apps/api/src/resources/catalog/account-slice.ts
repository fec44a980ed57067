import type { Offer } from '@berth/contract/offer'
import type { DataSource } from 'typeorm'
import { listedOffer, type ListedOffer } from './listed-offer.ts'
import type { Seller } from './market-account.ts'
import { revalidated, type Revalidated } from './revalidated.ts'

/** One account's part of the market. */
export interface AccountSlice extends Revalidated {
  /** The offers last read; worked out again only when they or their seller's terms have changed. */
  listings: (seller: Seller) => readonly ListedOffer[]
}

interface SliceDeps {
  dataSource: DataSource
  account: string
  ttlMs: number
  now: () => number
  onLoaded: () => void
  onError: (error: unknown) => void
}

export function createAccountSlice(deps: SliceDeps): AccountSlice {
  const { dataSource, account, onLoaded, ...timing } = deps
  let offers: Offer[] = []
  let listed: { offers: Offer[]; seller: string; listings: ListedOffer[] } | null = null
  const cell = revalidated({
    ...timing,
    load: () => readOffers(dataSource, account),
    onLoaded: (loaded) => {
      offers = loaded
      onLoaded()
    },
  })
  return {
    ...cell,
    listings: (seller) => {
      const name = JSON.stringify(seller)
      if (listed?.offers !== offers || listed.seller !== name) {
        listed = { offers, seller: name, listings: offers.map((offer) => listedOffer(offer, seller)) }
      }
      return listed.listings
    },
  }
}

/** Reads the part that people may see and leaves the launch data where it is. */
async function readOffers(dataSource: DataSource, account: string): Promise<Offer[]> {
  const rows: { offer: Offer }[] = await dataSource.query(
    `SELECT offer->'offer' AS offer FROM offers WHERE account = $1`,
    [account],
  )
  return rows.map(({ offer }) => offer)
}
