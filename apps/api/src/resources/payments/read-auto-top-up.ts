import { toWire } from '@berth/contract/money'
import type { AutoTopUp } from '@berth/contract/schemas/payments'
import type { AutoTopUpPause } from '@berth/entities/auto-top-up'
import type { DataSource } from 'typeorm'

/** bigint columns arrive as decimal strings. */
interface Row {
  enabled: boolean
  threshold: string
  amount: string
  monthly_cap: string
  declines: number
  paused_reason: AutoTopUpPause | null
  paused_at: Date | null
  next_attempt_at: Date | null
  next_month_at: Date | null
  is_charging: boolean
  charged_this_month: string
  failure_words: string | null
  failed_at: Date | null
}

/** What a person who never chose anything is offered. */
const DEFAULTS = { thresholdMicros: 10_000_000, amountMicros: 50_000_000, monthlyCapMicros: 500_000_000 }

/** By the database's clock, like the decision itself; months are those of UTC. */
const SETTINGS = `
  SELECT settings.enabled, threshold, settings.amount, monthly_cap, declines, paused_reason, paused_at,
    CASE WHEN last_attempt_at > now() - interval '1 hour' THEN last_attempt_at + interval '1 hour' END AS next_attempt_at,
    CASE WHEN capped_at >= date_trunc('month', now(), 'UTC')
      THEN date_trunc('month', now(), 'UTC') + interval '1 month' END AS next_month_at,
    EXISTS (SELECT FROM top_ups WHERE top_ups.wallet_id = wallets.id AND origin = 'auto' AND status = 'created') AS is_charging,
    (SELECT coalesce(sum(top_ups.amount), 0) FROM top_ups
     WHERE top_ups.wallet_id = wallets.id AND origin = 'auto' AND status IN ('created', 'paid')
       AND top_ups.created_at >= date_trunc('month', now(), 'UTC')) AS charged_this_month,
    failure.failure_words, failure.updated_at AS failed_at
  FROM wallets JOIN auto_top_ups settings ON settings.wallet_id = wallets.id
  LEFT JOIN LATERAL (
    SELECT failure_words, top_ups.updated_at FROM top_ups
    WHERE top_ups.wallet_id = wallets.id AND origin = 'auto' AND status = 'failed'
    ORDER BY top_ups.created_at DESC LIMIT 1) failure ON settings.declines > 0
  WHERE wallets.user_id = $1`

interface ReadDeps {
  dataSource: DataSource
  publicOrigin: string
}

export async function readAutoTopUp(
  { dataSource, publicOrigin }: ReadDeps,
  userId: string,
): Promise<AutoTopUp> {
  const [row] = await dataSource.query<Row[]>(SETTINGS, [userId])
  if (row === undefined) return neverChosen()
  const nextAttemptAt = row.next_month_at ?? row.next_attempt_at
  return {
    enabled: row.enabled,
    thresholdMicros: toWire(BigInt(row.threshold)),
    amountMicros: toWire(BigInt(row.amount)),
    monthlyCapMicros: toWire(BigInt(row.monthly_cap)),
    state: stateOf(row),
    pause:
      row.enabled && row.paused_reason !== null && row.paused_at !== null
        ? {
            reason: row.paused_reason,
            at: row.paused_at.toISOString(),
            actionUrl: `${publicOrigin}/wallet#auto-top-up`,
          }
        : null,
    declines: row.declines,
    lastFailure:
      row.failure_words !== null && row.failed_at !== null
        ? { words: row.failure_words, at: row.failed_at.toISOString() }
        : null,
    chargedThisMonthMicros: toWire(BigInt(row.charged_this_month)),
    nextAttemptAt: nextAttemptAt?.toISOString() ?? null,
  }
}

function stateOf(row: Row): AutoTopUp['state'] {
  if (row.is_charging) return 'charging'
  if (!row.enabled) return 'off'
  if (row.paused_reason !== null) return 'paused'
  if (row.next_month_at !== null) return 'capped'
  return row.next_attempt_at === null ? 'ready' : 'waiting'
}

const neverChosen = (): AutoTopUp => ({
  enabled: false,
  ...DEFAULTS,
  state: 'off',
  pause: null,
  declines: 0,
  lastFailure: null,
  chargedThisMonthMicros: 0,
  nextAttemptAt: null,
})
