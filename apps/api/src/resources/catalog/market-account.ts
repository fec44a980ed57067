import { chargingFor, type ChargingTerms } from '@berth/contract/charging'
import type { OfferView } from '@berth/contract/schemas/catalog'
import {
  ProviderAccountEntity,
  type ProviderAccount,
  type ProviderStatus,
} from '@berth/entities/provider-account'
import type { DataSource } from 'typeorm'

/** What every offer of an account says about who provides it. */
export interface Seller {
  displayName: string
  terms: OfferView['terms']
  charging: ChargingTerms
}

/** One upstream account as the catalog's writer left it: its switch, its health, its terms. */
export interface MarketAccount {
  id: string
  provider: string
  seller: Seller
  /** `drain` and `off`: nothing of it is offered for new rentals. */
  switchedTo: ProviderStatus
  switchReason: string | null
  lastSuccessAtMs: number | null
  lastError: string | null
  lastErrorAtMs: number | null
  latencyMs: number | null
}

/** All upstream accounts that have been asked for offers at least once. */
export async function readAccounts(dataSource: DataSource): Promise<MarketAccount[]> {
  const rows = await dataSource.getRepository(ProviderAccountEntity).find({ order: { id: 'ASC' } })
  return rows.flatMap((row) => (row.terms ? [marketAccount(row, row.terms)] : []))
}

function marketAccount(row: ProviderAccount, terms: Seller['terms']): MarketAccount {
  return {
    id: row.id,
    provider: row.provider,
    seller: {
      displayName: row.displayName ?? row.provider,
      terms,
      charging: chargingFor(null, row.charging),
    },
    switchedTo: row.status,
    switchReason: row.reason,
    lastSuccessAtMs: row.lastSuccessAt?.getTime() ?? null,
    lastError: row.lastError,
    lastErrorAtMs: row.lastErrorAt?.getTime() ?? null,
    latencyMs: row.latencyMs,
  }
}
