import { endpoints } from '@berth/contract/endpoints'
import type { DataSource } from 'typeorm'
import { implement } from '../../http/implement.ts'
import { problem } from '../../http/problem.ts'
import type { Orchestrator } from '../../temporal/orchestrator.ts'
import { readAutoTopUp } from './read-auto-top-up.ts'
import { readReceipts } from './read-receipts.ts'
import { readCard, removeCard } from './saved-card.ts'
import { walletOf } from './wallet-of.ts'
import { writeAutoTopUp } from './write-auto-top-up.ts'

interface PaymentDeps {
  dataSource: DataSource
  orchestrator: Orchestrator
  /** Where the dashboard is, no slash at the end. */
  publicOrigin: string
}

export const createPaymentRoutes = ({ dataSource, orchestrator, publicOrigin }: PaymentDeps) =>
  implement(endpoints.payments)({
    card: async ({ user }) => ({ card: await readCard(dataSource, user.id) }),
    setUpCard: async ({ user, claim, request }) => {
      const [setupId, walletId] = [await claim.resourceId('cardSetup'), await walletOf(dataSource, user.id)]
      try {
        return await orchestrator.openCardSetup({ setupId, walletId })
      } catch (error) {
        request.log.error({ err: error, setupId }, 'the page for a card could not be opened')
        throw problem(
          'payments_unavailable',
          'The page for your card could not be opened. Nothing was changed. Try again in a minute.',
          { retryAfterSeconds: 30, cause: error },
        )
      }
    },
    removeCard: async ({ user }) => removeCard(dataSource, user.id),
    autoTopUp: ({ user }) => readAutoTopUp({ dataSource, publicOrigin }, user.id),
    setAutoTopUp: async ({ user, body }) => {
      await writeAutoTopUp(dataSource, user.id, body)
      return readAutoTopUp({ dataSource, publicOrigin }, user.id)
    },
    receipts: ({ user, query }) => readReceipts(dataSource, user.id, query),
  })
