import type { Offer } from '@berth/contract/offer'

export const NOW = new Date('2026-05-04T12:00:00.000Z')

export const secondsAgo = (seconds: number): Date => new Date(NOW.getTime() - seconds * 1000)

/** An ordinary on-demand H100 as the catalog stores it. */
export function anOffer(given: Partial<Offer> = {}): Offer {
  const { key = 'h100', account = 'runpod', priceMicrosPerHour = 2_690_000 } = given
  return {
    id: `${account}:${key}`,
    key,
    account,
    provider: account,
    aggregator: false,
    soldFor: null,
    gpu: {
      key: 'nvidia-h100-80gb-sxm',
      vendor: 'nvidia',
      model: 'H100',
      memoryGib: 80,
      formFactor: 'sxm',
      rawName: 'NVIDIA H100 80GB HBM3',
    },
    gpuCount: 1,
    region: { code: 'US-KS-2', country: 'US', continent: 'NA' },
    podKind: 'container',
    spot: false,
    vcpus: null,
    ramGib: null,
    disk: { includedGib: 20, maxGib: 2000 },
    stock: 'high',
    reliability: null,
    upstreamMicrosPerHour: priceMicrosPerHour,
    priceMicrosPerHour,
    pricePerGpuMicrosPerHour: priceMicrosPerHour,
    diskMicrosPerGibHour: 0,
    refreshedAt: secondsAgo(5).toISOString(),
    sourceLatencyMs: 100,
    lastRefusedAt: null,
    launchSuccessRate: null,
    medianBootSeconds: null,
    ...given,
  }
}
