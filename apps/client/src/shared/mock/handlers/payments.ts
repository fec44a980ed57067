import { microsFromCents, toWire } from '@berth/contract/money'
import type { MockGroup } from '../mock-handlers.ts'
import { aNewCard, receiptOf } from '../world/card.ts'
import { refuse } from '../world/refuse.ts'
import { isoAt } from '../world/world.ts'
import { pageOf } from './page.ts'

export const paymentHandlers: MockGroup<'payments'> = {
  card: ({ world }) => ({ card: world.state.card }),
  setUpCard: ({ world }) => {
    world.state.card = aNewCard(world)
    return { url: '/wallet?card=saved' }
  },
  removeCard: ({ world }) => {
    if (world.state.card === null) throw refuse('card_missing', 'There is no saved card to remove.')
    world.state.card = null
    Object.assign(world.state.autoTopUp, { enabled: false, state: 'off', pause: null })
    return undefined
  },
  autoTopUp: ({ world }) => world.state.autoTopUp,
  setAutoTopUp: ({ world, body }) => {
    if (body.enabled && world.state.card === null) {
      throw refuse(
        'card_missing',
        'Auto top-up needs a saved card. Save one, then turn it on. Nothing was changed.',
      )
    }
    const { enabled, thresholdCents, amountCents, monthlyCapCents } = body
    const micros = (cents: number) => toWire(microsFromCents(cents))
    world.state.autoTopUp = {
      ...world.state.autoTopUp,
      enabled,
      thresholdMicros: micros(thresholdCents),
      amountMicros: micros(amountCents),
      monthlyCapMicros: micros(monthlyCapCents),
      state: enabled ? 'ready' : 'off',
      pause: null,
      declines: 0,
      lastFailure: null,
    }
    const { walletId } = world.state.wallet
    world.tell({ id: null, event: { type: 'wallet.updated', walletId, at: isoAt(world.nowMs()) } })
    return world.state.autoTopUp
  },
  receipts: ({ world, query }) => {
    const paid = world.state.topUps.filter(({ status }) => status === 'paid')
    return pageOf(paid.map(receiptOf).reverse(), query)
  },
}
