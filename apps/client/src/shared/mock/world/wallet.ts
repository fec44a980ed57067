import { affordableSeconds, costAfter, toWire } from '@berth/contract/money'
import type { Balance } from '@berth/contract/schemas/billing'
import { type Movement, writeLine } from './ledger-line.ts'
import { runwayOf } from './runway.ts'
import { isoAt, type World } from './world.ts'

/** Moves the wallet of who is signed in, and tells the page. */
export function post({ state, tell }: World, atMs: number, movement: Movement): void {
  writeLine(state, atMs, movement)
  tell({ id: null, event: { type: 'wallet.updated', walletId: state.wallet.walletId, at: isoAt(atMs) } })
}

/** What all running pods cost together, per hour. */
export function burnOf({ state }: World): bigint {
  return state.rentals
    .filter(({ view }) => view.meter.startedAt !== null && view.meter.endedAt === null)
    .reduce((sum, { view }) => sum + BigInt(view.meter.priceMicrosPerHour), 0n)
}

export function balanceOf(world: World): Balance {
  const { wallet } = world.state
  const burn = burnOf(world)
  const total = BigInt(wallet.availableMicros) + BigInt(wallet.heldMicros)
  return {
    ...wallet,
    totalMicros: toWire(total),
    burnMicrosPerHour: toWire(burn),
    ...runwayOf(world),
    asOf: isoAt(world.nowMs()),
  }
}

const LONGEST_HORIZON_S = 300
const SHORTEST_HORIZON_S = 15

/** How far ahead money is held: an eighth of the runway, so that pods of one wallet run dry together. */
export function horizonSeconds(runwaySeconds: number | null): number {
  if (runwaySeconds === null) return LONGEST_HORIZON_S
  return Math.min(LONGEST_HORIZON_S, Math.max(SHORTEST_HORIZON_S, Math.floor(runwaySeconds / 8)))
}

/** What is available, and what starting one more pod would set aside of it. */
export function outlook(world: World, price: bigint, teardownSeconds: number) {
  const available = BigInt(world.state.wallet.availableMicros)
  const atBurn = affordableSeconds(available + BigInt(world.state.wallet.heldMicros), burnOf(world) + price)
  const holdFor = (horizon: number) => costAfter(price, teardownSeconds + horizon)
  const wished = holdFor(horizonSeconds(atBurn))
  return { available, firstHold: wished <= available ? wished : holdFor(SHORTEST_HORIZON_S) }
}
