import type { ChargingTerms } from '@berth/contract/charging'
import type { OfferView } from '@berth/contract/schemas/catalog'
import { insertedAt, instant, integer, json, nullable, oneOf, primary, text } from './columns.ts'
import { table } from './table.ts'

/** `drain`: nothing new is launched there, what runs goes on. `off`: not offered at all. */
export const PROVIDER_STATUSES = ['on', 'drain', 'off'] as const
export type ProviderStatus = (typeof PROVIDER_STATUSES)[number]

/** Our account at an upstream cloud and how it is doing. */
export interface ProviderAccount {
  /** `runpod`; `runpod-2` for a second account. */
  id: string
  provider: string
  /** What a person calls it, and what stopping means there; the adapter's, null until its first refresh. */
  displayName: string | null
  terms: OfferView['terms'] | null
  status: ProviderStatus
  /** Why it is not `on`, for the operator. */
  reason: string | null
  lastRefreshStartedAt: Date | null
  lastSuccessAt: Date | null
  lastError: string | null
  lastErrorAt: Date | null
  latencyMs: number | null
  updatedAt: Date
  /** How everything sold from this account is charged; null: by the hold, like everywhere. */
  charging: ChargingTerms | null
}

export const ProviderAccountEntity = table<ProviderAccount>('provider_accounts', {
  columns: {
    id: primary(text()),
    provider: text(),
    displayName: nullable(text()),
    terms: nullable(json()),
    status: oneOf(PROVIDER_STATUSES),
    reason: nullable(text()),
    lastRefreshStartedAt: nullable(instant()),
    lastSuccessAt: nullable(instant()),
    lastError: nullable(text()),
    lastErrorAt: nullable(instant()),
    latencyMs: nullable(integer()),
    updatedAt: insertedAt(),
    charging: nullable(json()),
  },
})
