import { chargingFor, type ChargingTerms } from '@berth/contract/charging'
import { type Micros, micros } from '@berth/contract/money'
import type { NewRental } from '@berth/contract/schemas/rentals'
import { WalletEntity } from '@berth/entities/wallet'
import type { DataSource } from 'typeorm'
import { problem } from '../../http/problem.ts'

/** A wallet as it would stand with one more pod. A forecast: nothing is locked. */
export interface LaunchOutlook {
  walletId: string
  /** How the pod would be charged. */
  charging: ChargingTerms
  available: Micros
  receivable: Micros
  /** What starting it sets aside. */
  firstHold: Micros
  /** Seconds until the money runs out with this pod and all that run; null when they all end before. */
  runwayWithItSeconds: number | null
  refusal: 'wallet_in_debt' | 'insufficient_balance' | 'burn_limit' | 'day_limit' | null
  /** The wallet's own limits; null where it has none. */
  burnLimit: Micros | null
  leftToday: Micros | null
}

interface Row {
  available: string
  receivable: string
  first_hold: string
  runway_with_it: number | null
  refusal: LaunchOutlook['refusal']
  burn_limit: string | null
  allowance: string | null
}

interface Wish {
  userId: string
  priceMicrosPerHour: number
  teardownSeconds: number
  /** Of the offer; those of the account go before. */
  charging: ChargingTerms | null
  duration: NewRental['duration']
}

/** Asks the very functions that set money aside, so that the forecast and the decision cannot differ by rule. */
export async function launchOutlook(dataSource: DataSource, wish: Wish): Promise<LaunchOutlook> {
  const { userId, priceMicrosPerHour, teardownSeconds, duration } = wish
  const wallet = await dataSource.getRepository(WalletEntity).findOneByOrFail({ userId })
  const charging = chargingFor(wallet.charging, wish.charging)
  if (charging.strategy === 'term' && duration.kind === 'until_stopped') throw noLength()
  const [row] = await dataSource.query<Row[]>('SELECT * FROM billing_quote($1, $2, $3, $4, $5, $6)', [
    wallet.id,
    priceMicrosPerHour,
    teardownSeconds,
    charging,
    duration.kind === 'budget' ? duration.spendLimitMicros : null,
    duration.kind === 'for' ? duration.seconds : null,
  ])
  if (!row) throw new Error(`no outlook for wallet ${wallet.id}`)
  return {
    walletId: wallet.id,
    charging,
    available: micros(row.available),
    receivable: micros(row.receivable),
    firstHold: micros(row.first_hold),
    runwayWithItSeconds: row.runway_with_it,
    refusal: row.refusal,
    burnLimit: row.burn_limit === null ? null : micros(row.burn_limit),
    leftToday: row.allowance === null ? null : micros(row.allowance),
  }
}

function noLength() {
  const detail =
    'This offer is paid as a whole term. Choose how long to rent, or a budget; nothing was charged.'
  return problem('invalid_request', detail, { errors: [{ pointer: '/duration', detail }] })
}
