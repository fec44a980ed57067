import type { ConnectionTest } from '@berth/contract/schemas/rentals'
import type { PodGatewayClient } from './pod-gateway-client.ts'

/** Logs in to the pod once and says how it went. */
export async function testConnection(gateway: PodGatewayClient, rentalId: string): Promise<ConnectionTest> {
  const test = await gateway.test(rentalId)
  const { ok, milliseconds } = test
  return test.ok
    ? { ok, reason: null, detail: null, milliseconds }
    : { ok, reason: test.reason, detail: test.words, milliseconds }
}
