import type { BillingWorld } from './billing-world.ts'
import { worth } from './owed.ts'

interface Row {
  price: string
  started: Date
  charged_seconds: number
  held: string
  spend_limit: string | null
  ends_at: Date | null
}
interface Pod {
  price: bigint
  startedMs: number
  paidSeconds: number
  /** The second at which it ends by itself; null where nothing ends it. */
  end: number | null
}

/**
 * When the money of a wallet runs out, told by somebody who knows no horizon and no hold: all the money there is against all
 * that its pods will have cost, second after second. Null where every pod has ended before.
 */
export async function modelRunway(
  world: BillingWorld,
  walletId: string,
  nowMs: number,
): Promise<number | null> {
  const { money, pods } = await readWallet(world, walletId)
  const secondsAt = ({ startedMs, paidSeconds, end }: Pod, ms: number): number =>
    Math.max(Math.min(Math.floor((ms - startedMs) / 1000), end ?? Infinity), paidSeconds)
  const owedAt = (ms: number): bigint =>
    pods.reduce(
      (sum, pod) => sum + worth(pod.price, secondsAt(pod, ms)) - worth(pod.price, pod.paidSeconds),
      0n,
    )
  const goesOn = (pod: Pod, ms: number): boolean =>
    pod.price > 0n && (pod.end === null || secondsAt(pod, ms) < pod.end)
  let ahead = 0
  while (pods.some((pod) => goesOn(pod, nowMs + ahead * 1000))) {
    if (owedAt(nowMs + (ahead + 1) * 1000) > money) return ahead
    ahead += 1
  }
  return null
}

async function readWallet(
  { application }: BillingWorld,
  walletId: string,
): Promise<{ money: bigint; pods: Pod[] }> {
  const [wallet] = await application.query<{ available: string }[]>(
    'SELECT available FROM wallets WHERE id = $1',
    [walletId],
  )
  const rows = await application.query<Row[]>(
    `SELECT price_micros_per_hour AS price, started_at AS started, charged_seconds, held,
       spend_limit_micros AS spend_limit, ends_at
     FROM rental_segments WHERE wallet_id = $1 AND state <> 'closed' AND started_at IS NOT NULL`,
    [walletId],
  )
  const held = rows.reduce((sum, row) => sum + BigInt(row.held), 0n)
  return { money: BigInt(wallet?.available ?? 0) + held, pods: rows.map(podOf) }
}

function podOf(row: Row): Pod {
  const price = BigInt(row.price)
  const startedMs = row.started.getTime()
  const ends = [
    ...(row.ends_at === null ? [] : [Math.floor((row.ends_at.getTime() - startedMs) / 1000)]),
    ...(row.spend_limit === null ? [] : [lastSecondWithin(BigInt(row.spend_limit), price)]),
  ]
  return {
    price,
    startedMs,
    paidSeconds: row.charged_seconds,
    end: ends.length === 0 ? null : Math.max(Math.min(...ends), 0),
  }
}

/** Found by walking, since the product finds it by dividing. */
function lastSecondWithin(limit: bigint, price: bigint): number {
  let second = 0
  while (worth(price, second + 1) <= limit) second += 1
  return second
}
