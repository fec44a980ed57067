import { newId } from '@berth/contract/ids'
import type { MockGroup } from '../mock-handlers.ts'
import { balanceAt } from '../world/promotions.ts'
import { refuse } from '../world/refuse.ts'
import { post } from '../world/wallet.ts'
import { isoAt, type World } from '../world/world.ts'

/** The wallet of the one person of this world. */
function ownWallet(world: World, id: string): World['state']['wallet'] {
  if (world.state.wallet.walletId !== id) throw refuse('not_found', 'There is no such wallet.')
  return world.state.wallet
}

export const operatorBillingHandlers: MockGroup<'operatorBilling'> = {
  adjust: ({ world, params, body }) => {
    const wallet = ownWallet(world, params.id)
    if (body.kind === 'debt_write_off') {
      if (body.amountMicros > wallet.receivableMicros)
        throw refuse('adjustment_refused', 'It owes less than that.')
      wallet.receivableMicros -= body.amountMicros
    } else {
      const taken = Math.min(body.amountMicros, wallet.availableMicros)
      const change = body.kind === 'credit' ? body.amountMicros : -taken
      if (body.kind === 'debit') wallet.receivableMicros += body.amountMicros - taken
      const movement = { kind: 'adjustment', availableChange: BigInt(change), heldChange: 0n } as const
      post(world, world.nowMs(), { ...movement, note: body.reason })
    }
    return {
      transactionId: world.state.ledger.at(-1)?.id ?? newId('ledgerTransaction'),
      availableMicros: wallet.availableMicros,
      receivableMicros: wallet.receivableMicros,
    }
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
      throw refuse('promotion_refused', `There is a code ${body.code} already. Choose another one.`)
    }
    const promotion = { ...body, redemptions: 0, createdAt: isoAt(world.nowMs()) }
    world.state.promotions.unshift(promotion)
    return promotion
  },
}
