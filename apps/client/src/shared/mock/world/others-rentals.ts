import { newId } from '@berth/contract/ids'
import type { OperatorRental } from '@berth/contract/schemas/operator'
import { isoAt } from './world.ts'

/** What operators have to look at: somebody else's pods, two of them in trouble. */
export function othersRentals(nowMs: number): OperatorRental[] {
  const minutesAgo = (minutes: number) => isoAt(nowMs - minutes * 60_000)
  const common = {
    owner: { id: newId('user', nowMs), handle: 'octocat' },
    endReason: null,
    endDetail: null,
    endCause: null,
    gpuCount: 1,
    temporalUrl: null,
  }
  return [
    {
      ...common,
      id: newId('rental', nowMs - 95 * 60_000),
      name: 'night-train',
      phase: 'stopping',
      health: 'stuck',
      account: 'lambda',
      provider: 'lambda',
      providerName: 'Lambda',
      gpuModel: 'H100',
      region: 'us-east-1',
      podId: '0920582c7ff041399e34823a0be62549',
      priceMicrosPerHour: 3_139_500,
      requestedAt: minutesAgo(95),
      phaseSince: minutesAgo(31),
      trouble: {
        kind: 'stuck',
        since: minutesAgo(21),
        waitingFor: 'Lambda to destroy the pod',
        awaited: { kind: 'pod_destruction', provider: 'Lambda' },
        words: '503 Service Unavailable',
      },
    },
    {
      ...common,
      id: newId('rental', nowMs - 6 * 60_000),
      name: 'eval-7b',
      phase: 'launching',
      health: 'waiting',
      account: 'vast',
      provider: 'vast',
      providerName: 'Vast.ai',
      gpuModel: 'RTX 4090',
      region: 'JP-TYO',
      podId: null,
      priceMicrosPerHour: 399_000,
      requestedAt: minutesAgo(6),
      phaseSince: minutesAgo(5),
      trouble: {
        kind: 'attempt_waiting',
        since: minutesAgo(2),
        waitingFor: null,
        awaited: null,
        words: 'Too many requests: wait 30 seconds.',
      },
    },
  ]
}
