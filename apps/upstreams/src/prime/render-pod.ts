import { dollars, findOffer } from './offers.ts'
import { type PrimePod, statusOf } from './pod.ts'
import { userOf } from './pod-life.ts'

interface RenderContext {
  readonly nowMs: number
  /** The address pods are reached at. */
  readonly host: string
}

/** Clouds whose adapter at Prime tells addresses as lists, which hold a null before there is one. */
const LISTING_CLOUDS = new Set(['massedcompute', 'lambdalabs', 'latitude', 'primecompute'])

/** A pod as every answer shows it. */
export function renderPod(pod: PrimePod, { nowMs, host }: RenderContext): Record<string, unknown> {
  const { status, installation } = statusOf(pod, nowMs)
  const reachable = pod.sshPort !== null && pod.endedAtMs === null
  const shaped = (text: string | null): unknown => (LISTING_CLOUDS.has(pod.provider) ? [text] : text)
  return {
    id: pod.id,
    userId: 'user_emulated',
    teamId: null,
    walletId: 'wallet_emulated',
    name: pod.name,
    type: 'HOSTED',
    providerType: pod.provider,
    status,
    installationStatus: installation,
    installationFailure: installation === 'ERROR' ? 'dpkg was interrupted' : null,
    installationProgress: installation === 'FINISHED' ? 100 : 0,
    createdAt: new Date(pod.createdAtMs).toISOString(),
    updatedAt: new Date(nowMs).toISOString(),
    terminatedAt: pod.endedAtMs === null ? null : new Date(pod.endedAtMs).toISOString(),
    priceHr: dollars(pod.priceMicrosPerHour),
    stoppedPriceHr: 0,
    provisioningPriceHr: 0,
    environmentType: pod.image,
    customTemplateId: null,
    primePortMapping: reachable
      ? [{ internal: '22', external: String(pod.sshPort), protocol: 'TCP', usedBy: 'SSH', description: '' }]
      : [],
    sshConnection: shaped(reachable ? `${userOf(pod)}@${host} -p ${pod.sshPort}` : null),
    ip: shaped(reachable ? host : null),
    attachedResources: [],
    autoRestart: false,
    ...hardwareOf(pod),
  }
}

/** An ended pod as the history shows it; what it was billed in dollars, since that is Prime's wire. */
export function renderEnded(pod: PrimePod, costMicros: bigint): Record<string, unknown> {
  return {
    id: pod.id,
    name: pod.name,
    providerType: pod.provider,
    provisionedBy: null,
    type: 'HOSTED',
    createdAt: new Date(pod.createdAtMs).toISOString(),
    terminatedAt: pod.endedAtMs === null ? null : new Date(pod.endedAtMs).toISOString(),
    priceHr: dollars(pod.priceMicrosPerHour),
    userId: 'user_emulated',
    teamId: null,
    totalBilledPrice: dollars(costMicros),
    ...hardwareOf(pod),
  }
}

/** What was ordered, in Prime's words. */
function hardwareOf({ provider, cloudId, dataCenter, diskGib }: PrimePod): Record<string, unknown> {
  const offer = findOffer(provider, cloudId, dataCenter)
  if (offer === undefined) return {}
  return {
    gpuName: offer.gpuType,
    gpuCount: offer.gpus,
    socket: offer.socket,
    resources: { memory: String(offer.memoryGib), disk: String(diskGib), vcpus: String(offer.vcpus) },
    isSpot: offer.spot,
  }
}
