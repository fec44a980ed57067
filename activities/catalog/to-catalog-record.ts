import { priceWithMargin, type UpstreamOffer } from '@berth/contract/offer'
import type { CatalogRecord } from '@berth/entities/offer'
import type { Provider } from '../providers/port.ts'
import type { LaunchRecord } from './read-launch-records.ts'
import { offerIdOf } from './offer-id.ts'

interface Sighting {
  provider: Pick<Provider, 'name' | 'account' | 'capabilities'>
  marginBasisPoints: number
  refreshedAt: Date
  latencyMs: number
  /** How our own launches of it went; absent before the first. */
  record: LaunchRecord | undefined
  lastRefusedAt: Date | undefined
}

/** The longest key whose offer id still fits the API's path parameter. */
const KEY_LENGTH_MAX = 250

/** What makes a listed offer unfit for sale, in words for the operator; null when it is fit. */
export function unfitReason(offer: UpstreamOffer): string | null {
  const { key, gpuCount, upstreamMicrosPerHour, upstreamDiskMicrosPerGibHour, disk } = offer
  if (key === '' || key.length > KEY_LENGTH_MAX) return `key of ${key.length} characters`
  if (!isCount(gpuCount)) return `gpuCount ${gpuCount}`
  if (!isCount(upstreamMicrosPerHour)) return `price ${upstreamMicrosPerHour}`
  if (!isCount(upstreamDiskMicrosPerGibHour)) return `disk price ${upstreamDiskMicrosPerGibHour}`
  if (!isCount(disk.includedGib) || !isCount(disk.maxGib))
    return `disk ${disk.includedGib}…${disk.maxGib} GiB`
  return null
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0

/** Puts our all-in price on an upstream offer and keeps apart what only a launch needs. */
export function toCatalogRecord(upstream: UpstreamOffer, sighting: Sighting): CatalogRecord {
  const { provider, marginBasisPoints, record, lastRefusedAt } = sighting
  const { upstreamDiskMicrosPerGibHour, launchData, ...shown } = upstream
  const priceMicrosPerHour = priceWithMargin(upstream.upstreamMicrosPerHour, marginBasisPoints)
  return {
    offer: {
      ...shown,
      id: offerIdOf({ account: provider.account, offerKey: upstream.key }),
      provider: provider.name,
      account: provider.account,
      aggregator: provider.capabilities.aggregator,
      priceMicrosPerHour,
      pricePerGpuMicrosPerHour: Math.ceil(priceMicrosPerHour / Math.max(1, upstream.gpuCount)),
      diskMicrosPerGibHour: priceWithMargin(upstreamDiskMicrosPerGibHour, marginBasisPoints),
      refreshedAt: sighting.refreshedAt.toISOString(),
      sourceLatencyMs: sighting.latencyMs,
      lastRefusedAt: lastRefusedAt?.toISOString() ?? null,
      launchSuccessRate: record?.successRate ?? null,
      medianBootSeconds: record?.medianBootSeconds ?? null,
    },
    launchData,
    upstreamDiskMicrosPerGibHour,
  }
}

/** The upstream offer as its adapter told it: what `Provider.launch` takes. */
export function toUpstreamOffer({
  offer,
  launchData,
  upstreamDiskMicrosPerGibHour,
}: CatalogRecord): UpstreamOffer {
  const { key, gpu, gpuCount, region, podKind, spot, vcpus, ramGib, disk, stock, reliability, soldFor } =
    offer
  const { upstreamMicrosPerHour } = offer
  return {
    key,
    gpu,
    gpuCount,
    region,
    podKind,
    spot,
    vcpus,
    ramGib,
    disk,
    stock,
    reliability,
    upstreamMicrosPerHour,
    upstreamDiskMicrosPerGibHour,
    soldFor,
    launchData,
  }
}
