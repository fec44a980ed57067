import {
  RENTAL_HEALTH,
  RENTAL_PHASES,
  type RentalHealth,
  type RentalPhase,
} from '@berth/contract/rental-status'
import { OPERATOR_RENTAL_STATES, type OperatorRentalsQuery } from '@berth/contract/schemas/operator'
import type { LocationQuery } from 'vue-router'

export interface OperatorFilters {
  state: OperatorRentalsQuery['state']
  phase: RentalPhase | null
  health: RentalHealth | null
  provider: string | null
  handle: string | null
}

const one = (value: LocationQuery[string] | undefined): string | null =>
  typeof value === 'string' && value !== '' ? value : null
const among = <T extends string>(words: readonly T[], value: string | null): T | null =>
  words.find((word) => word === value) ?? null

/** The filters that an address names; words it can't know are left out. */
export function filtersFromQuery(query: LocationQuery): OperatorFilters {
  return {
    state: among(OPERATOR_RENTAL_STATES, one(query['state'])) ?? 'stuck',
    phase: among(RENTAL_PHASES, one(query['phase'])),
    health: among(RENTAL_HEALTH, one(query['health'])),
    provider: one(query['provider']),
    handle: one(query['handle']),
  }
}

/** What an address and the API are told: only what differs from looking at all that is stuck. */
export function queryFromFilters(filters: OperatorFilters): Partial<Record<keyof OperatorFilters, string>> {
  const { state, ...rest } = filters
  const chosen = Object.entries(rest).filter(
    (entry): entry is [keyof typeof rest, string] => entry[1] !== null,
  )
  return { ...(state === 'stuck' ? {} : { state }), ...Object.fromEntries(chosen) }
}

/** Anything but the state narrows the list. */
export const isNarrowed = ({ phase, health, provider, handle }: OperatorFilters): boolean =>
  [phase, health, provider, handle].some((value) => value !== null)
