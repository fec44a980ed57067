import { newId } from '@berth/contract/ids'
import { affordableSeconds, costAfter, toWire } from '@berth/contract/money'
import type { Balance, LedgerLine } from '@berth/contract/schemas/billing'
import { runwayOf } from './runway.ts'
import { isoAt, type World } from './world.ts'

interface Movement extends Pick<LedgerLine, 'kind'> {
  availableChange: bigint
  heldChange: bigint
  rental?: { id: string; name: string }
  window?: LedgerLine['window']
  reference?: string
  note?: string
}

/** Writes one line of the ledger and moves the wallet with it. Throws where it would go below zero. */
export function post(world: World, atMs: number, movement: Movement): void {
  const { wallet, ledger } = world.state
  const available = BigInt(wallet.availableMicros) + movement.availableChange
  const held = BigInt(wallet.heldMicros) + movement.heldChange
  if (available < 0n || held < 0n) throw new Error(`a ${movement.kind} would take the wallet below zero`)
  wallet.availableMicros = toWire(available)
  wallet.heldMicros = toWire(held)
  const seq = ledger.length + 1
  ledger.push({
    id: newId('ledgerTransaction', atMs),
    seq,
    kind: movement.kind,
    rentalId: movement.rental?.id ?? null,
    rentalName: movement.rental?.name ?? null,
    reference: movement.reference ?? null,
    note: movement.note ?? null,
    amountMicros: toWire(movement.availableChange + movement.heldChange),
    availableChangeMicros: toWire(movement.availableChange),
    heldChangeMicros: toWire(movement.heldChange),
    availableAfterMicros: wallet.availableMicros,
    window: movement.window ?? null,
    occurredAt: isoAt(atMs),
    hash: chained(ledger.at(-1)?.hash ?? '', `${seq}/${movement.kind}/${available}/${held}`),
  })
  world.tell({
    id: null,
    event: { type: 'wallet.updated', walletId: wallet.walletId, at: isoAt(atMs) },
  })
}

/** Looks like the real chain and depends on what came before; proves nothing. */
function chained(before: string, text: string): string {
  let hash = 0x811c9dc5
  let hex = ''
  for (let round = 0; hex.length < 64; round += 1) {
    for (const character of `${before}${text}${round}`) {
      hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0
    }
    hex += hash.toString(16).padStart(8, '0')
  }
  return hex
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
