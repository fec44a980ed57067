import { createHash } from 'node:crypto'
import { DEFAULT_CHARGING } from '@berth/contract/charging'
import { newId } from '@berth/contract/ids'
import type { DataSource, EntityManager } from 'typeorm'
import { billingErrorOf } from './billing-error.ts'
import type { Billing, MicrosText, PostInput, Posted, PreviewInput, Refusal, WalletPreview } from './port.ts'
import { closingOf, reservationOf, settlementOf, startOf } from './settlement-row.ts'
import type { ClosingRow, ReservationRow, SettlementRow } from './settlement-row.ts'
import { sweepWallets } from './sweep-wallets.ts'

const DEFAULT_TEARDOWN_SECONDS = 30
/** A renter is promised that money stops at the stop, also where the rental ends for another reason before it hears of it. */
const NO_LATER_THAN_ITS_STOP = 'least($2::timestamptz, (SELECT stop_requested_at FROM rentals WHERE id = $1))'

/** Billing over PostgreSQL. Holds no state of its own, so any number of processes may run it side by side. */
export function createBilling({ dataSource }: { dataSource: DataSource }): Billing {
  const settle = async (call: string, parameters: unknown[]) =>
    settlementOf(await one<SettlementRow>(dataSource, call, parameters))

  return {
    async reserve({
      rentalId,
      priceMicrosPerHour,
      teardownSeconds,
      spendLimitMicros,
      durationSeconds,
      endsAt,
    }) {
      const row = await one<ReservationRow>(dataSource, 'billing_reserve($1, $2, $3, $4, $5, $6, $7)', [
        rentalId,
        newId('segment'),
        priceMicrosPerHour,
        teardownSeconds ?? DEFAULT_TEARDOWN_SECONDS,
        spendLimitMicros ?? null,
        durationSeconds ?? null,
        endsAt ?? null,
      ])
      return reservationOf(row)
    },
    async start({ rentalId, priceMicrosPerHour, teardownSeconds }) {
      const parameters = [rentalId, priceMicrosPerHour, teardownSeconds ?? null]
      return startOf(await one<SettlementRow>(dataSource, 'billing_start($1, $2, $3)', parameters))
    },
    renew: ({ rentalId }) => settle('billing_renew($1)', [rentalId]),
    setLimits: ({ rentalId, endsAt, spendLimitMicros }) =>
      settle('billing_set_limits($1, $2, $3, $4, $5)', [
        rentalId,
        endsAt !== undefined,
        endsAt ?? null,
        spendLimitMicros !== undefined,
        spendLimitMicros ?? null,
      ]),
    async close({ rentalId, endAt, refundUnused }) {
      const call = `billing_close($1, ${NO_LATER_THAN_ITS_STOP}, $3)`
      return closingOf(
        await one<ClosingRow>(dataSource, call, [rentalId, endAt ?? null, refundUnused ?? false]),
      )
    },
    post: (input, manager) => post(manager ?? dataSource, input),
    async recordUpstreamCost({ rentalId, totalMicros, idempotencyKey, reference }, manager) {
      // Why without the amount: a repeat may have estimated anew, and the first figure is booked.
      const hash = hashOf([rentalId, reference])
      const parameters = [rentalId, String(totalMicros), idempotencyKey, hash, reference]
      await one(manager ?? dataSource, 'billing_upstream_cost($1, $2, $3, $4, $5)', parameters)
    },
    async setWalletLimits({ walletId, burnLimitMicros, dayLimitMicros }) {
      const parameters = [walletId, burnLimitMicros, dayLimitMicros]
      await one(dataSource, 'billing_set_wallet_limits($1, $2, $3)', parameters)
    },
    preview: (input) => preview(dataSource, input),
    sweep: ({ limit }) => sweepWallets(dataSource, limit),
  }
}

type Queryable = Pick<EntityManager, 'query'>

/** One call of one SQL function, which answers one row. */
async function one<Row>(on: Queryable, call: string, parameters: unknown[]): Promise<Row> {
  try {
    const [row] = await on.query<Row[]>(`SELECT * FROM ${call}`, parameters)
    if (row === undefined) throw new Error(`${call} answered no row`)
    return row
  } catch (error) {
    throw billingErrorOf(error)
  }
}

async function post(on: Queryable, input: PostInput): Promise<Posted> {
  const { walletId, amountMicros, kind, idempotencyKey, reference, note, occurredAt } = input
  const row = await one<PostedRow>(on, 'billing_post($1, $2, $3, $4, $5, $6, $7, $8)', [
    walletId,
    kind,
    String(amountMicros),
    idempotencyKey,
    hashOf([walletId, kind, amountMicros, reference]),
    reference,
    note ?? null,
    occurredAt ?? null,
  ])
  return {
    transactionId: row.transaction_id,
    availableMicros: row.available,
    receivableMicros: row.receivable,
    fresh: row.fresh,
  }
}

interface PostedRow {
  transaction_id: string
  available: MicrosText
  receivable: MicrosText
  fresh: boolean
}

async function preview(on: Queryable, input: PreviewInput): Promise<WalletPreview> {
  const row = await one<PreviewRow>(on, 'billing_quote($1, $2, $3, $4, $5, $6)', [
    input.walletId,
    input.priceMicrosPerHour,
    input.teardownSeconds ?? DEFAULT_TEARDOWN_SECONDS,
    input.charging ?? DEFAULT_CHARGING,
    input.spendLimitMicros ?? null,
    input.durationSeconds ?? null,
  ])
  return {
    availableMicros: row.available,
    heldMicros: row.held,
    receivableMicros: row.receivable,
    burnMicrosPerHour: row.burn,
    runwaySeconds: row.runway,
    firstHoldMicros: row.first_hold,
    runwayWithItSeconds: row.runway_with_it,
    refusal: row.refusal,
  }
}

interface PreviewRow {
  available: MicrosText
  held: MicrosText
  receivable: MicrosText
  burn: MicrosText
  runway: number | null
  first_hold: MicrosText
  runway_with_it: number | null
  refusal: Refusal['reason'] | null
}

/** What was asked under an idempotency key: the same key with another of these is a conflict. */
function hashOf(request: (string | bigint)[]): string {
  return createHash('sha256')
    .update(JSON.stringify(request.map(String)))
    .digest('hex')
}
