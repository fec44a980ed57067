import type { Books, OperatorProvider, OperatorRental } from '@berth/contract/schemas/operator'
import type { PromotionView } from '@berth/contract/schemas/operator-billing'
import type { FoundPerson, OperatorPerson, PersonLedgerLine } from '@berth/contract/schemas/operator-people'
import type { ReconciledRental, Reconciliation } from '@berth/contract/schemas/reconciliation'

export const NOW = '2026-03-01T12:00:00.000Z'

export const aStuckRental = (change: Partial<OperatorRental> = {}): OperatorRental => ({
  id: 'rent_01ARZ3NDEKTSV4RRFFQ69G5FAV',
  name: 'amber-heron',
  owner: { id: 'usr_01ARZ3NDEKTSV4RRFFQ69G5FAV', handle: 'ada' },
  phase: 'stopping',
  health: 'stuck',
  endReason: null,
  endDetail: null,
  endCause: null,
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
    awaited: { kind: 'pod_destruction', provider: 'RunPod' },
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

export const aReconciledRental = (change: Partial<ReconciledRental> = {}): ReconciledRental => ({
  rentalId: 'rent_01ARZ3NDEKTSV4RRFFQ69G5FAV',
  name: 'amber-heron',
  account: 'runpod',
  providerName: 'RunPod',
  endedAt: '2026-03-01T10:00:00.000Z',
  chargedMicros: 2_000_000,
  upstreamCostMicros: 2_400_000,
  marginMicros: -400_000,
  source: 'bill',
  estimateMicros: 1_900_000,
  differenceMicros: 500_000,
  deviation: 'above',
  unanswered: 0,
  words: null,
  reconciledAt: '2026-03-01T03:00:20.000Z',
  ...change,
})

export const aReconciliation = (
  items: ReconciledRental[],
  change: Partial<Reconciliation> = {},
): Reconciliation => ({
  items,
  nextCursor: null,
  lastRun: {
    id: 'rec_01ARZ3NDEKTSV4RRFFQ69G5FAV',
    requestedBy: null,
    from: '2026-02-28T00:00:00.000Z',
    until: '2026-03-01T00:00:00.000Z',
    startedAt: '2026-03-01T03:00:00.000Z',
    finishedAt: '2026-03-01T03:00:30.000Z',
    pods: 7,
    unanswered: 2,
    flagged: 1,
  },
  providers: [
    {
      account: 'runpod',
      displayName: 'RunPod',
      pods: 7,
      chargedMicros: 9_000_000,
      billedMicros: 7_000_000,
      estimatedMicros: 1_000_000,
      marginMicros: 1_000_000,
      differenceMicros: 500_000,
      flagged: 1,
      unanswered: 2,
    },
  ],
  since: '2026-01-30T12:00:00.000Z',
  asOf: NOW,
  ...change,
})

const grace = {
  id: 'usr_01ARZ3NDEKTSV4RRFFQ69G5FAW',
  handle: 'grace',
  displayName: 'Grace Hopper',
  email: 'grace@navy.example',
  isOperator: false,
  createdAt: '2026-01-01T00:00:00.000Z',
}

export const aFoundPerson = (): FoundPerson => ({
  ...grace,
  walletId: 'wal_01ARZ3NDEKTSV4RRFFQ69G5FAV',
  totalMicros: 12_000_000,
  receivableMicros: 3_000_000,
  livePods: 1,
})

export const aPerson = (): OperatorPerson => ({
  ...grace,
  balance: {
    walletId: 'wal_01ARZ3NDEKTSV4RRFFQ69G5FAV',
    availableMicros: 10_000_000,
    heldMicros: 2_000_000,
    totalMicros: 12_000_000,
    receivableMicros: 3_000_000,
    burnMicrosPerHour: 4_200_000,
    runwaySeconds: 3600,
    dayLimit: null,
    asOf: NOW,
  },
})

export const aLedgerLine = (): PersonLedgerLine => ({
  id: 'ltx_01ARZ3NDEKTSV4RRFFQ69G5FAV',
  seq: 3,
  kind: 'adjustment',
  rentalId: null,
  rentalName: null,
  reference: 'operator mary (usr_01ARZ3NDEKTSV4RRFFQ69G5FAX)',
  note: 'The host lost its disk.',
  amountMicros: 1_000_000,
  availableChangeMicros: 1_000_000,
  heldChangeMicros: 0,
  owedChangeMicros: -2_000_000,
  availableAfterMicros: 10_000_000,
  window: null,
  occurredAt: '2026-03-01T11:00:00.000Z',
  hash: '00'.repeat(32),
  by: { id: 'usr_01ARZ3NDEKTSV4RRFFQ69G5FAX', handle: 'mary' },
})

export const aPromotion = (change: Partial<PromotionView> = {}): PromotionView => ({
  code: 'WELCOME',
  amountMicros: 10_000_000,
  maxRedemptions: 100,
  redemptions: 12,
  expiresAt: '2026-03-04T12:00:00.000Z',
  note: 'Welcome to Berth.',
  createdAt: '2026-02-01T12:00:00.000Z',
  createdBy: { id: 'usr_01ARZ3NDEKTSV4RRFFQ69G5FAV', handle: 'ada' },
  switchedOff: null,
  ...change,
})
