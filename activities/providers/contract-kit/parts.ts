import type { Instance, LaunchRequest, Provider } from '../port.ts'
import type { FaultOrders, ProviderHarness } from './harness.ts'
import { aLaunch, patience, untilRunning } from './pods.ts'

export type AnyHarness = Omit<ProviderHarness<never>, 'faults'> & { faults: Partial<FaultOrders> }

/** What each part of the suite is given. */
export interface Parts {
  setup: () => Promise<AnyHarness>
}

export interface FaultParts extends Parts {
  /** Whether the harness can order this fault. */
  has: (fault: keyof FaultOrders) => boolean
}

interface RunningPod {
  harness: AnyHarness
  provider: Provider
  request: LaunchRequest
  id: string
  running: Instance
}

/** A harness of its own with one pod that its renter could use. */
export async function aRunningPod(setup: Parts['setup']): Promise<RunningPod> {
  const harness = await setup()
  const request = await aLaunch(harness)
  const { id } = await harness.provider.launch(request, patience())
  const running = await untilRunning(harness.provider, id)
  return { harness, provider: harness.provider, request, id, running }
}

export const idsOf = async (instances: Promise<{ id: string }[]>): Promise<string[]> =>
  (await instances).map(({ id }) => id)
