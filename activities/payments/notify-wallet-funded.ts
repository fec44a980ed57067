import { RentalEntity } from '@berth/entities/rental'
import { rentalWorkflowId, walletFundedSignal } from '@berth/workflows/rental/messages'
import { WorkflowNotFoundError, type WorkflowClient } from '@temporalio/client'
import { Not, type DataSource } from 'typeorm'

export interface NotifyDeps {
  dataSource: DataSource
  /** To reach the workflows of rentals. */
  temporal: Pick<WorkflowClient, 'getHandle' | 'withDeadline'>
}

const SIGNAL_TIMEOUT_MS = 5_000
const AT_ONCE = 10

/**
 * Tells every live rental of the wallet that money has arrived, so that one about to run dry renews at once. May be
 * repeated: the news makes a rental look at its wallet, no more. A rental that ended meanwhile needs none. An activity
 * rather than signals of the workflow, whose history would grow with the number of rentals.
 */
export async function notifyWalletFunded(
  { dataSource, temporal }: NotifyDeps,
  { walletId }: { walletId: string },
): Promise<{ notified: number }> {
  const rentals = await dataSource.manager.find(RentalEntity, {
    select: { id: true },
    where: { walletId, phase: Not('ended') },
    order: { id: 'ASC' },
  })
  let notified = 0
  for (let from = 0; from < rentals.length; from += AT_ONCE) {
    const heard = await Promise.all(rentals.slice(from, from + AT_ONCE).map(({ id }) => signal(temporal, id)))
    notified += heard.filter(Boolean).length
  }
  return { notified }
}

async function signal(temporal: NotifyDeps['temporal'], rentalId: string): Promise<boolean> {
  try {
    const handle = temporal.getHandle(rentalWorkflowId(rentalId))
    await temporal.withDeadline(Date.now() + SIGNAL_TIMEOUT_MS, () => handle.signal(walletFundedSignal))
    return true
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false
    throw error
  }
}
