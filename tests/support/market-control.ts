import { Client, Connection } from '@temporalio/client'
import type { StackAddresses } from '@berth/stack/addresses'
import { refreshNowSignal, upstreamAccountWorkflowId } from '@berth/workflows/upstream-account/messages'
import { failAt, orderStock } from './cloud-control.ts'

type Addresses = Pick<StackAddresses, 'upstreamsControl' | 'temporal' | 'temporalNamespace'>

/** What one emulated cloud has to sell, changed behind the market's back or before its eyes. */
export function marketControl(stack: Addresses, cloud: string) {
  return {
    stock: (order: object) => orderStock(stack.upstreamsControl, cloud, order),
    /** Has it answer this wherever it is asked for what matches, until that is taken back. */
    answer: (path: string, body: unknown) =>
      failAt(stack.upstreamsControl, cloud, {
        match: { method: 'GET', path },
        times: 10_000,
        fault: { kind: 'status', status: 200, body },
      }),
    /** Has the market ask for its offers now instead of at its next round. */
    async refresh(): Promise<void> {
      const connection = await Connection.connect({ address: stack.temporal })
      const client = new Client({ connection, namespace: stack.temporalNamespace })
      await client.workflow.getHandle(upstreamAccountWorkflowId(cloud)).signal(refreshNowSignal)
      await connection.close()
    },
  }
}
