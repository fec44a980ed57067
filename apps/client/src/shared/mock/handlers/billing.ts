import type { MockGroup } from '../mock-handlers.ts'
import { aNewCard } from '../world/card.ts'
import { refuse } from '../world/refuse.ts'
import { spendLimitsOf } from '../world/runway.ts'
import { balanceAt, redeem } from '../world/promotions.ts'
import { openTopUp } from '../world/top-ups.ts'
import { balanceOf } from '../world/wallet.ts'
import { pageOf } from './page.ts'

export const billingHandlers: MockGroup<'billing'> = {
  balance: ({ world }) => balanceOf(world),
  ledger: ({ world, query }) => {
    const wanted = world.state.ledger.filter(
      (line) =>
        (query.kind === undefined || line.kind === query.kind) &&
        (query.rentalId === undefined || line.rentalId === query.rentalId),
    )
    return pageOf(wanted.reverse(), query)
  },
  balanceAt: ({ world, query }) => balanceAt(world, query.at),
  redeem: ({ world, body }) => redeem(world, body.code),
  limits: ({ world }) => spendLimitsOf(world),
  setLimits: ({ world, body }) => {
    world.state.limits = { perHourMicros: body.perHourMicros, perDayMicros: body.perDayMicros }
    return spendLimitsOf(world)
  },
  checkout: ({ world, body }) => {
    if (body.saveCard) world.state.card = aNewCard(world)
    return openTopUp(world, body.amountCents)
  },
  topUp: ({ world, params }) => {
    const topUp = world.state.topUps.find(({ id }) => id === params.id)
    if (!topUp) throw refuse('not_found', 'There is no such top-up among yours.')
    return topUp
  },
}
