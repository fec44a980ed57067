import type { UpstreamOffer } from '@berth/contract/offer'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anOffer, NOW } from './testing/an-offer.ts'
import { offerIdOf, parseOfferId } from './offer-id.ts'
import { toCatalogRecord, toUpstreamOffer, unfitReason } from './to-catalog-record.ts'

test('our price is never below what the provider charges us, for the offer, each GPU and each GiB', () => {
  const amount = fc.integer({ min: 0, max: 1_000_000_000 })
  fc.assert(
    fc.property(
      amount,
      amount,
      fc.nat({ max: 20_000 }),
      fc.nat({ max: 16 }),
      (price, disk, margin, gpuCount) => {
        const upstream = upstreamOffer({
          upstreamMicrosPerHour: price,
          upstreamDiskMicrosPerGibHour: disk,
          gpuCount,
        })
        const { offer } = record(upstream, margin)
        expect(offer.priceMicrosPerHour).toBeGreaterThanOrEqual(price)
        expect(offer.priceMicrosPerHour - (price * (10_000 + margin)) / 10_000).toBeLessThan(1)
        expect(offer.pricePerGpuMicrosPerHour * Math.max(1, gpuCount)).toBeGreaterThanOrEqual(
          offer.priceMicrosPerHour,
        )
        expect(offer.diskMicrosPerGibHour).toBeGreaterThanOrEqual(disk)
        expect([offer.priceMicrosPerHour, offer.diskMicrosPerGibHour].every(Number.isSafeInteger)).toBe(true)
      },
    ),
  )
})

test('what only a launch needs stays beside the offer, and comes back whole', () => {
  const upstream = upstreamOffer({
    launchData: { gpuId: 'NVIDIA H100', zone: null },
    upstreamDiskMicrosPerGibHour: 137,
  })
  const stored = record(upstream, 1_000)
  expect(stored.offer).not.toHaveProperty('launchData')
  expect(stored.offer).toMatchObject({ id: 'runpod:h100', account: 'runpod', diskMicrosPerGibHour: 151 })
  expect(toUpstreamOffer(stored)).toEqual(upstream)
})

test.each([
  [{ key: '' }, 'key of 0 characters'],
  [{ key: 'x'.repeat(251) }, 'key of 251 characters'],
  [{ gpuCount: 1.5 }, 'gpuCount 1.5'],
  [{ upstreamMicrosPerHour: Number.NaN }, 'price NaN'],
  [{ upstreamMicrosPerHour: -1 }, 'price -1'],
  [{ upstreamDiskMicrosPerGibHour: 0.5 }, 'disk price 0.5'],
  [{ disk: { includedGib: 10, maxGib: -1 } }, 'disk 10…-1 GiB'],
  [{}, null],
  [{ upstreamMicrosPerHour: 0 }, null],
])('is fit for sale or says why not: %j', (given, reason) => {
  expect(unfitReason(upstreamOffer(given))).toBe(reason)
})

test('an offer id names its account and key, colons in the key included', () => {
  const name = { account: 'vast', offerKey: 'ask:77:x' }
  expect(parseOfferId(offerIdOf(name))).toEqual(name)
  for (const id of ['', 'vast', ':key', 'vast:']) expect(() => parseOfferId(id)).toThrow('is no offer id')
})

function record(upstream: UpstreamOffer, marginBasisPoints: number): ReturnType<typeof toCatalogRecord> {
  const capabilities = {
    podKind: 'container',
    aggregator: false,
    stopStart: 'none',
    spot: false,
    logs: false,
    billingReadout: 'never',
    billedTime: { incrementSeconds: 1, leastSeconds: 0 },
    images: 'any',
    ports: 'published',
    environment: 'any',
    bootBudgetSeconds: 600,
    bootPollSeconds: 5,
    fleetPollSeconds: 30,
    teardownSeconds: 30,
    listLagSeconds: 0,
  } as const
  return toCatalogRecord(upstream, {
    provider: { name: 'runpod', account: 'runpod', capabilities },
    marginBasisPoints,
    refreshedAt: NOW,
    latencyMs: 120,
    record: undefined,
    lastRefusedAt: undefined,
  })
}

function upstreamOffer(given: Partial<UpstreamOffer>): UpstreamOffer {
  const sold = { offer: anOffer(), launchData: {}, upstreamDiskMicrosPerGibHour: 0 }
  return { ...toUpstreamOffer(sold), ...given }
}
