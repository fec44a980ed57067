import type { Gpu, Offer } from '@berth/contract/offer'
import { listedOffer, type ListedOffer } from '../listed-offer.ts'
import type { MarketAccount, Seller } from '../market-account.ts'
import { marketSnapshot, type MarketSnapshot } from '../market-snapshot.ts'

export const NOW = new Date('2026-05-04T12:00:00.000Z')

const SELLER: Seller = {
  displayName: 'RunPod',
  terms: {
    stopStart: 'keeps_disk_may_lose_gpu',
    teardownSeconds: 60,
    images: 'any',
    ports: 'published',
    environment: 'any',
  },
  charging: { strategy: 'hold' },
}

export const H100: Gpu = {
  key: 'nvidia-h100-80gb-sxm',
  vendor: 'nvidia',
  model: 'H100',
  memoryGib: 80,
  formFactor: 'sxm',
  rawName: 'NVIDIA H100 80GB HBM3',
}
export const RTX_4090: Gpu = {
  key: 'nvidia-rtx-4090-24gb-pcie',
  vendor: 'nvidia',
  model: 'RTX 4090',
  memoryGib: 24,
  formFactor: 'pcie',
  rawName: 'NVIDIA GeForce RTX 4090',
}
export const A100: Gpu = {
  key: 'nvidia-a100-80gb-sxm',
  vendor: 'nvidia',
  model: 'A100',
  memoryGib: 80,
  formFactor: 'sxm',
  rawName: 'A100 SXM4',
}
export const CPU: Gpu = {
  key: 'cpu',
  vendor: 'none',
  model: 'CPU only',
  memoryGib: 0,
  formFactor: 'unknown',
  rawName: 'cpu3c-8-16',
}

/** An ordinary offer; the price per GPU follows from the price. */
export function anOffer(given: Partial<Offer> = {}): Offer {
  const { key = 'h100-us-ks-2', account = 'runpod', gpuCount = 1, priceMicrosPerHour = 2_690_000 } = given
  return {
    id: `${account}:${key}`,
    key,
    account,
    provider: account,
    aggregator: false,
    soldFor: null,
    gpu: H100,
    gpuCount,
    region: { code: 'US-KS-2', country: 'US', continent: 'NA' },
    podKind: 'container',
    spot: false,
    vcpus: 16,
    ramGib: 188,
    disk: { includedGib: 50, maxGib: 1000 },
    stock: 'high',
    reliability: null,
    upstreamMicrosPerHour: Math.floor(priceMicrosPerHour / 1.1),
    priceMicrosPerHour,
    pricePerGpuMicrosPerHour: Math.ceil(priceMicrosPerHour / Math.max(1, gpuCount)),
    diskMicrosPerGibHour: 0,
    refreshedAt: new Date(NOW.getTime() - 5_000).toISOString(),
    sourceLatencyMs: 180,
    lastRefusedAt: null,
    launchSuccessRate: null,
    medianBootSeconds: null,
    ...given,
  }
}

export const listed = (given: Partial<Offer> = {}): ListedOffer => listedOffer(anOffer(given), SELLER)

export function anAccount(given: Partial<MarketAccount> = {}): MarketAccount {
  return {
    id: 'runpod',
    provider: 'runpod',
    seller: SELLER,
    switchedTo: 'on',
    switchReason: null,
    lastSuccessAtMs: NOW.getTime() - 5_000,
    lastError: null,
    lastErrorAtMs: null,
    latencyMs: 180,
    ...given,
  }
}

export const marketOf = (offers: Partial<Offer>[]): MarketSnapshot =>
  marketSnapshot([anAccount()], offers.map(listed))
