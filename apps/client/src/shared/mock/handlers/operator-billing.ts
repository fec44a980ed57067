import { afterAdjustment } from '@berth/contract/adjustment'
import type { MockGroup } from '../mock-handlers.ts'
import { writeLine } from '../world/ledger-line.ts'
import { everybody, type MockPerson } from '../world/people.ts'
import { balanceAt } from '../world/promotions.ts'
import { refuse } from '../world/refuse.ts'
import { isoAt, type World } from '../world/world.ts'

function personOf(world: World, walletId: string): MockPerson {
  const found = everybody(world).find(({ wallet }) => wallet.walletId === walletId)
  if (!found) throw refuse('not_found', 'There is no such wallet.')
  return found
}

/** The wallet of who is signed in. */
function ownWallet(world: World, id: string): World['state']['wallet'] {
  if (world.state.wallet.walletId !== id) throw refuse('not_found', 'There is no such wallet.')
  return world.state.wallet
}

export const operatorBillingHandlers: MockGroup<'operatorBilling'> = {
  adjust: ({ world, params, body }) => {
    const { user, ...account } = personOf(world, params.id)
    const { wallet } = account
    if (body.kind === 'debt_write_off' && body.amountMicros > wallet.receivableMicros)
      throw refuse('adjustment_refused', 'It owes less than that. Nothing was moved.')
    const after = afterAdjustment(wallet, body)
    const { id, handle } = world.state.user
    const atMs = world.nowMs()
    const line = writeLine(account, atMs, {
      kind: 'adjustment',
      availableChange: BigInt(after.availableMicros - wallet.availableMicros),
      heldChange: 0n,
      owedChange: BigInt(after.receivableMicros - wallet.receivableMicros),
      note: body.reason,
      reference: `operator ${handle} (${id})`,
      by: { id, handle },
    })
    if (user.id === id)
      world.tell({ id: null, event: { type: 'wallet.updated', walletId: wallet.walletId, at: isoAt(atMs) } })
    return { transactionId: line.id, ...after }
  },
  balanceAt: ({ world, params, query }) => {
    ownWallet(world, params.id)
    return balanceAt(world, query.at)
  },
  setWalletCharging: ({ world, params, body }) => {
    ownWallet(world, params.id)
    return body
  },
  setProviderCharging: ({ world, params, body }) => {
    const offers = world.state.offers.filter(({ provider }) => provider === params.account)
    if (offers.length === 0) throw refuse('not_found', `There is no upstream account ${params.account}.`)
    for (const offer of offers) offer.charging = body.charging ?? { strategy: 'hold' }
    return body
  },
  trialBalance: ({ world, query }) => {
    const { ledger } = world.state
    const owned = ledger.reduce((sum, { amountMicros }) => sum + amountMicros, 0)
    return {
      at: query.at ?? isoAt(world.nowMs()),
      accounts: [
        { account: 'available', micros: owned, entries: ledger.length },
        { account: 'stripe_clearing', micros: -owned, entries: ledger.length },
      ],
      totalMicros: 0,
    }
  },
  promotions: ({ world }) => ({ items: world.state.promotions }),
  createPromotion: ({ world, body }) => {
    if (world.state.promotions.some(({ code }) => code === body.code)) {
      const detail = `There is a code ${body.code} already. Choose another one.`
      throw refuse('promotion_refused', detail, { errors: [{ pointer: 'code', detail, code: 'taken' }] })
    }
    const { id, handle } = world.state.user
    const promotion = {
      ...body,
      redemptions: 0,
      createdAt: isoAt(world.nowMs()),
      createdBy: { id, handle },
      switchedOff: null,
    }
    world.state.promotions.unshift(promotion)
    return promotion
  },
  switchOffPromotion: ({ world, params, body }) => {
    const promotion = world.state.promotions.find(({ code }) => code === params.code)
    if (!promotion) throw refuse('not_found', `There is no code ${params.code}.`)
    const { id, handle } = world.state.user
    promotion.switchedOff ??= { at: isoAt(world.nowMs()), by: { id, handle }, reason: body.reason }
    return promotion
  },
}
