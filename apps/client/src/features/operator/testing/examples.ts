import type { Books, OperatorProvider, OperatorRental } from '@berth/contract/schemas/operator'

export const NOW = '2026-03-01T12:00:00.000Z'

export const aStuckRental = (change: Partial<OperatorRental> = {}): OperatorRental => ({
  id: 'rent_01ARZ3NDEKTSV4RRFFQ69G5FAV',
  name: 'amber-heron',
  owner: { id: 'usr_01ARZ3NDEKTSV4RRFFQ69G5FAV', handle: 'ada' },
  phase: 'stopping',
  health: 'stuck',
  endReason: null,
  endDetail: null,
  account: 'runpod',
  provider: 'runpod',
  providerName: 'RunPod',
  gpuModel: 'H100',
  gpuCount: 2,
  region: 'US-KS-2',
  podId: 'pod-7',
  priceMicrosPerHour: 4_200_000,
  requestedAt: '2026-03-01T10:00:00.000Z',
  phaseSince: '2026-03-01T11:48:00.000Z',
  trouble: {
    kind: 'stuck',
    since: '2026-03-01T11:50:00.000Z',
    waitingFor: 'RunPod to destroy the pod',
    words: 'HTTP 503: upgrading',
  },
  temporalUrl: 'http://temporal.test/namespaces/default/workflows/rental%2Frent_1',
  ...change,
})

export const aRentalPage = (items: OperatorRental[], nextCursor: string | null = null) => ({
  items,
  nextCursor,
  counts: { stuck: 1, live: 7 },
  temporalUrl: 'http://temporal.test/namespaces/default/workflows?query=stuck',
  asOf: new Date().toISOString(),
})

export const anAccount = (change: Partial<OperatorProvider> = {}): OperatorProvider => ({
  account: 'runpod',
  provider: 'runpod',
  displayName: 'RunPod',
  status: 'on',
  reason: null,
  lastSuccessAt: '2026-03-01T11:59:50.000Z',
  lastError: null,
  lastErrorAt: null,
  latencyMs: 1234,
  offers: 846,
  livePods: 3,
  launches: { finished: 4, ready: 3 },
  ...change,
})

export const someBooks: Books = {
  totals: {
    chargedMicros: 2_000_000,
    upstreamCostMicros: 2_100_000,
    marginMicros: -100_000,
    writeOffMicros: 50_000,
    receivablesMicros: 0,
    walletsMicros: 125_000_000,
  },
  providers: [
    {
      account: 'runpod',
      displayName: 'RunPod',
      rentals: 12,
      chargedMicros: 2_000_000,
      upstreamCostMicros: 2_100_000,
      marginMicros: -100_000,
      writeOffMicros: 50_000,
    },
  ],
  since: '2026-01-30T12:00:00.000Z',
  asOf: NOW,
}
