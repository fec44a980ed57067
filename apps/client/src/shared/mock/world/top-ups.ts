import { newId } from '@berth/contract/ids'
import { formatUsd, microsFromCents, toWire } from '@berth/contract/money'
import type { TopUp } from '@berth/contract/schemas/billing'
import { post } from './wallet.ts'
import { isoAt, type World } from './world.ts'

/** Where the mock's own payment page lives. */
export const checkoutPath = (id: string): string => `/v1/mock/checkout/${id}`

export function openTopUp(world: World, amountCents: number): TopUp {
  const id = newId('topUp', world.nowMs())
  const topUp: TopUp = {
    id,
    amountMicros: toWire(microsFromCents(amountCents)),
    status: 'open',
    checkoutUrl: checkoutPath(id),
    createdAt: isoAt(world.nowMs()),
  }
  world.state.topUps.push(topUp)
  return topUp
}

/** Paying twice is paying once; what the wallet owes is settled first. */
export function payTopUp(world: World, id: string): void {
  const topUp = world.state.topUps.find((each) => each.id === id)
  if (topUp?.status !== 'open') return
  Object.assign(topUp, { status: 'paid', checkoutUrl: null })
  const { wallet } = world.state
  const debt = Math.min(wallet.receivableMicros, topUp.amountMicros)
  wallet.receivableMicros -= debt
  post(world, world.nowMs(), {
    kind: 'top_up',
    availableChange: BigInt(topUp.amountMicros - debt),
    heldChange: 0n,
    reference: id,
    ...(debt > 0 ? { note: `${formatUsd(debt)} of it settled what you owed.` } : {}),
  })
}

export function declineTopUp(world: World, id: string): void {
  const topUp = world.state.topUps.find((each) => each.id === id)
  if (topUp?.status === 'open') Object.assign(topUp, { status: 'failed', checkoutUrl: null })
}
