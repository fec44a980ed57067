import type { Offer } from '@berth/contract/offer'
import type { DataSource } from 'typeorm'
import { listedOffer, type ListedOffer } from './listed-offer.ts'
import type { Seller } from './market-account.ts'
import { revalidated, type Revalidated } from './revalidated.ts'

/** One account's part of the market. */
export interface AccountSlice extends Revalidated {
  /** The offers last read; worked out again only when they or their seller's terms have changed. */
  listings: (seller: Seller) => readonly ListedOffer[]
  /** Key of the GPU of an offer that is here, or was while this process lived; undefined of any other. */
  gpuOf: (offerId: string) => string | undefined
}

/** Of so many offers that are gone it is still known what they were. */
const REMEMBERED = 2_000

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
  const gpus = new Map<string, string>()
  let listed: { offers: Offer[]; seller: string; listings: ListedOffer[] } | null = null
  const cell = revalidated({
    ...timing,
    load: () => readOffers(dataSource, account),
    onLoaded: (loaded) => {
      offers = loaded
      remember(gpus, loaded)
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
    gpuOf: (offerId) => gpus.get(offerId),
  }
}

/** Those seen last are the last to be forgotten. */
function remember(gpus: Map<string, string>, offers: readonly Offer[]): void {
  for (const { id, gpu } of offers) {
    gpus.delete(id)
    gpus.set(id, gpu.key)
  }
  for (const id of gpus.keys()) {
    if (gpus.size <= offers.length + REMEMBERED) return
    gpus.delete(id)
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
