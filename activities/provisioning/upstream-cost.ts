import { ZERO } from '@berth/contract/money'
import type { DataSource } from 'typeorm'
import type { Billing } from '../billing/port.ts'
import type { Provider } from '../providers/port.ts'
import { ProviderError } from '../providers/provider-error.ts'
import { estimateCost } from './estimate-cost.ts'
import { livedPods, type LivedPod } from './lived-pods.ts'

interface Deps {
  dataSource: DataSource
  billing: Billing
  providers: ReadonlyMap<string, Provider>
}

/**
 * Books what the rental cost us upstream when it ends: the provider's own figure where it has one, else our estimate, which
 * never says too little. The nightly reconciliation corrects it as bills come in.
 */
export async function recordUpstreamCost(deps: Deps, rentalId: string, signal: AbortSignal): Promise<void> {
  const pods = await livedPods(deps.dataSource, rentalId)
  if (pods.length === 0) return
  let total: bigint = ZERO
  for (const pod of pods) total += await costOf(deps.providers.get(pod.account), pod, signal)
  await deps.billing.recordUpstreamCost({
    rentalId,
    totalMicros: total,
    idempotencyKey: `upstream_cost:${rentalId}`,
    reference: rentalId,
  })
}

async function costOf(provider: Provider | undefined, pod: LivedPod, signal: AbortSignal): Promise<bigint> {
  const estimate = estimateCost(pod, provider?.capabilities.billedTime).most
  if (!provider?.costSoFar) return estimate
  try {
    return await provider.costSoFar(pod.podId, signal)
  } catch (error) {
    // Why: books must not wait for a provider's reports.
    if (error instanceof ProviderError) return estimate
    throw error
  }
}
