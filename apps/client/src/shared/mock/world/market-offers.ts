import type { PortAccess } from '@berth/contract/pod-environment'
import { priceWithMargin, type FormFactor } from '@berth/contract/offer'
import type { OperatorProvider } from '@berth/contract/schemas/operator'
import { isoAt, type MockOffer, type OfferBehaviour } from './world.ts'

const MARGIN_BASIS_POINTS = 500

interface Seller {
  name: string
  kind: 'container' | 'vm'
  images: 'any' | 'fixed'
  ports: PortAccess
  teardownSeconds: number
  latencyMs: number
  aggregator?: true
}

const SELLERS = {
  runpod: {
    name: 'RunPod',
    kind: 'container',
    images: 'any',
    ports: 'published',
    teardownSeconds: 30,
    latencyMs: 310,
  },
  vast: {
    name: 'Vast.ai',
    kind: 'container',
    images: 'any',
    ports: 'published',
    teardownSeconds: 60,
    latencyMs: 420,
  },
  lambda: {
    name: 'Lambda',
    kind: 'vm',
    images: 'fixed',
    ports: 'tunnel',
    teardownSeconds: 120,
    latencyMs: 280,
  },
  verda: { name: 'Verda', kind: 'vm', images: 'fixed', ports: 'open', teardownSeconds: 90, latencyMs: 190 },
  tensordock: {
    name: 'TensorDock',
    kind: 'vm',
    images: 'fixed',
    ports: 'published',
    teardownSeconds: 60,
    latencyMs: 640,
  },
  digitalocean: {
    name: 'DigitalOcean',
    kind: 'vm',
    images: 'fixed',
    ports: 'open',
    teardownSeconds: 60,
    latencyMs: 240,
  },
  prime: {
    name: 'Prime Intellect',
    kind: 'vm',
    images: 'any',
    ports: 'tunnel',
    teardownSeconds: 120,
    latencyMs: 810,
    aggregator: true,
  },
} as const satisfies Record<string, Seller>
type SellerKey = keyof typeof SELLERS

const REGIONS = {
  'US-KS-2': ['US', 'NA'],
  'us-east-1': ['US', 'NA'],
  'us-west-3': ['US', 'NA'],
  'CA-MTL-1': ['CA', 'NA'],
  'FIN-02': ['FI', 'EU'],
  ams3: ['NL', 'EU'],
  'EU-RO-1': ['RO', 'EU'],
  'DE-FRA': ['DE', 'EU'],
  'JP-TYO': ['JP', 'AS'],
  'SG-1': ['SG', 'AS'],
  'AU-SYD': ['AU', 'OC'],
  'BR-SAO': ['BR', 'SA'],
} as const satisfies Record<string, readonly [string, MockOffer['region']['continent']]>
type RegionCode = keyof typeof REGIONS

const GPUS = {
  'RTX 3090': [24, 'pcie'],
  'RTX 4090': [24, 'pcie'],
  'RTX 5090': [32, 'pcie'],
  'RTX A6000': [48, 'pcie'],
  L40S: [48, 'pcie'],
  A100: [80, 'sxm'],
  H100: [80, 'sxm'],
  'H100 NVL': [94, 'nvl'],
  H200: [141, 'sxm'],
  B200: [180, 'sxm'],
  MI300X: [192, 'oam'],
} as const satisfies Record<string, readonly [number, FormFactor]>
type Model = keyof typeof GPUS

interface Row {
  by: SellerKey
  gpu: Model
  counts: readonly number[]
  at: RegionCode
  /** Dollars that the provider asks per GPU-hour. */
  ask: number
  spot?: true
  behaviour?: OfferBehaviour
  soldFor?: string
}

/** A market of the usual size in small. The behaviours stand where `docs/mock-mode.md` says. */
const ROWS: readonly Row[] = [
  { by: 'runpod', gpu: 'RTX 4090', counts: [1, 2, 4], at: 'US-KS-2', ask: 0.69 },
  { by: 'runpod', gpu: 'RTX 4090', counts: [1], at: 'EU-RO-1', ask: 0.69 },
  { by: 'runpod', gpu: 'L40S', counts: [1, 2], at: 'CA-MTL-1', ask: 0.86 },
  { by: 'runpod', gpu: 'A100', counts: [1, 2, 8], at: 'US-KS-2', ask: 1.64 },
  { by: 'runpod', gpu: 'H100', counts: [1, 2, 4, 8], at: 'US-KS-2', ask: 2.69 },
  { by: 'runpod', gpu: 'H100 NVL', counts: [1], at: 'CA-MTL-1', ask: 2.59 },
  { by: 'runpod', gpu: 'H200', counts: [1, 8], at: 'US-KS-2', ask: 3.59 },
  { by: 'runpod', gpu: 'B200', counts: [1, 8], at: 'EU-RO-1', ask: 5.98 },
  {
    by: 'runpod',
    gpu: 'H100',
    counts: [1],
    at: 'EU-RO-1',
    ask: 1.75,
    spot: true,
    behaviour: 'is_interrupted',
  },
  { by: 'vast', gpu: 'RTX 3090', counts: [1, 4], at: 'BR-SAO', ask: 0.17 },
  { by: 'vast', gpu: 'RTX 3090', counts: [1], at: 'us-east-1', ask: 0.19 },
  { by: 'vast', gpu: 'RTX 4090', counts: [1, 8], at: 'JP-TYO', ask: 0.38 },
  { by: 'vast', gpu: 'RTX 5090', counts: [1, 2], at: 'AU-SYD', ask: 0.62 },
  { by: 'vast', gpu: 'H100', counts: [1], at: 'SG-1', ask: 1.87, behaviour: 'refuses' },
  { by: 'vast', gpu: 'A100', counts: [1], at: 'us-west-3', ask: 0.94, behaviour: 'never_boots' },
  {
    by: 'vast',
    gpu: 'RTX 4090',
    counts: [1],
    at: 'SG-1',
    ask: 0.24,
    spot: true,
    behaviour: 'is_interrupted',
  },
  { by: 'lambda', gpu: 'A100', counts: [8], at: 'us-west-3', ask: 1.79 },
  { by: 'lambda', gpu: 'H100', counts: [1, 8], at: 'us-east-1', ask: 2.99 },
  { by: 'lambda', gpu: 'B200', counts: [8], at: 'us-west-3', ask: 4.99 },
  { by: 'lambda', gpu: 'RTX A6000', counts: [1, 2], at: 'us-east-1', ask: 0.8, behaviour: 'lingers' },
  { by: 'verda', gpu: 'A100', counts: [1, 4], at: 'FIN-02', ask: 1.29 },
  { by: 'verda', gpu: 'H100', counts: [1, 2, 8], at: 'FIN-02', ask: 2.19 },
  { by: 'verda', gpu: 'H200', counts: [1, 4], at: 'FIN-02', ask: 2.99 },
  { by: 'verda', gpu: 'L40S', counts: [1], at: 'FIN-02', ask: 0.91, behaviour: 'gets_dearer' },
  { by: 'tensordock', gpu: 'RTX 4090', counts: [1, 2], at: 'DE-FRA', ask: 0.35 },
  { by: 'tensordock', gpu: 'H100', counts: [1], at: 'us-east-1', ask: 2.25 },
  { by: 'tensordock', gpu: 'RTX A6000', counts: [1], at: 'DE-FRA', ask: 0.4, behaviour: 'is_taken' },
  { by: 'digitalocean', gpu: 'H100', counts: [1, 8], at: 'ams3', ask: 3.39 },
  { by: 'digitalocean', gpu: 'MI300X', counts: [1, 8], at: 'us-east-1', ask: 1.99 },
  { by: 'prime', gpu: 'H100', counts: [1, 8], at: 'CA-MTL-1', ask: 2.05, soldFor: 'Nebius' },
  { by: 'prime', gpu: 'H200', counts: [8], at: 'DE-FRA', ask: 2.85, soldFor: 'Crusoe' },
]

export const marketOffers = (nowMs: number): MockOffer[] =>
  ROWS.flatMap((row, index) => row.counts.map((count) => toOffer(row, count, index, nowMs)))

function toOffer(row: Row, gpuCount: number, index: number, nowMs: number): MockOffer {
  const seller: Seller = SELLERS[row.by]
  const [memoryGib, formFactor] = GPUS[row.gpu]
  const [country, continent] = REGIONS[row.at]
  const vendor = row.gpu === 'MI300X' ? 'amd' : 'nvidia'
  const upstreamMicrosPerHour = Math.round(row.ask * 1_000_000) * gpuCount
  const priceMicrosPerHour = priceWithMargin(upstreamMicrosPerHour, MARGIN_BASIS_POINTS)
  // As the catalog tells them: the board is no part of the model's name.
  const model = row.gpu.replace(/ NVL$/, '')
  const slug = row.gpu.toLowerCase().replaceAll(' ', '-')
  const ageSeconds = 5 + ((index * 7) % 40)
  return {
    id: `${row.by}:${row.at}/${slug}/${gpuCount}${row.spot ? '/spot' : ''}`,
    provider: row.by,
    providerName: seller.name,
    aggregator: seller.aggregator ?? false,
    soldFor: row.soldFor ?? null,
    gpu: {
      key: `${vendor}-${model.toLowerCase().replaceAll(' ', '-')}-${memoryGib}gb-${formFactor}`,
      vendor,
      model,
      memoryGib,
      formFactor,
      rawName: row.gpu.toUpperCase(),
    },
    gpuCount,
    region: { code: row.at, country, continent },
    podKind: seller.kind,
    spot: row.spot ?? false,
    vcpus: 16 * gpuCount,
    ramGib: Math.round(memoryGib * 2.2) * gpuCount,
    disk: { includedGib: 100, maxGib: 2000 },
    stock: (['high', 'medium', 'low', 'unknown'] as const)[(index * 3 + gpuCount) % 4] ?? 'unknown',
    reliability: row.by === 'vast' ? 0.962 : null,
    priceMicrosPerHour,
    pricePerGpuMicrosPerHour: Math.ceil(priceMicrosPerHour / gpuCount),
    upstreamMicrosPerHour,
    diskMicrosPerGibHour: 140,
    charging: { strategy: 'hold' },
    refreshedAt: isoAt(nowMs - ageSeconds * 1000),
    ageSeconds,
    sourceLatencyMs: seller.latencyMs,
    lastRefusedAt: row.behaviour === 'refuses' ? isoAt(nowMs - 540_000) : null,
    launchSuccessRate: index % 3 === 2 ? null : 0.9 + (index % 10) / 100,
    medianBootSeconds: index % 3 === 2 ? null : 24 + ((index * 11) % 120),
    terms: termsOf(seller),
    behaviour: row.behaviour ?? 'works',
  }
}

const termsOf = ({ kind, images, ports, teardownSeconds }: Seller): MockOffer['terms'] => ({
  stopStart: 'none',
  teardownSeconds,
  images,
  ports,
  environment: kind === 'vm' ? 'lines' : 'any',
})

/** The accounts at the sellers; one of them is in trouble. */
export const providerAccounts = (nowMs: number): OperatorProvider[] =>
  (Object.keys(SELLERS) as SellerKey[]).map((provider, index) => ({
    account: provider,
    provider,
    displayName: SELLERS[provider].name,
    status: provider === 'digitalocean' ? 'drain' : 'on',
    reason: provider === 'digitalocean' ? 'Its network is being worked on.' : null,
    lastSuccessAt: isoAt(nowMs - 9000 - index * 1000),
    lastError: provider === 'prime' ? '502 Bad Gateway' : null,
    lastErrorAt: provider === 'prime' ? isoAt(nowMs - 420_000) : null,
    latencyMs: SELLERS[provider].latencyMs,
    offers: ROWS.filter(({ by }) => by === provider).reduce((sum, { counts }) => sum + counts.length, 0),
    livePods: 0,
    launches: { finished: 12 + index * 5, ready: 11 + index * 5 },
  }))
