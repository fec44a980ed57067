import { randomUUID } from 'node:crypto'
import type { EmulatorKit } from '../kit/emulator-kit.ts'
import type { FaultedRequest, Faults } from '../kit/faults.ts'
import type { Stock } from '../kit/stock.ts'
import { type ApiError, API_ERRORS } from './api-error.ts'
import { IMAGES, type OfferFacts } from './offers.ts'
import { isAlive, type PrimeFault, type PrimePod } from './pod.ts'
import type { PodLife } from './pod-life.ts'
import { type CreatePodRequest, createPodSchema, offerMeantBy, parseBody } from './requests.ts'
import type { SshKeys } from './ssh-keys.ts'

/** Machines of one offer. */
export type Shelf = { readonly provider: string; readonly cloudId: string; readonly dataCenter: string }

export const shelfOf = ({ provider, cloudId, dataCenter }: Shelf): Shelf => ({
  provider,
  cloudId,
  dataCenter,
})

type Created =
  | { readonly ok: true; readonly pod: PrimePod }
  | { readonly ok: false; readonly error: ApiError }

interface PodsDeps {
  readonly kit: EmulatorKit<PrimeFault>
  readonly registry: Map<string, PrimePod>
  readonly stock: Stock<Shelf>
  readonly sshKeys: SshKeys
  readonly life: PodLife
}

/** The pods of the emulated marketplace and what a caller may do to them. */
export type Pods = ReturnType<typeof createPods>

export function createPods({ kit, registry, stock, sshKeys, life }: PodsDeps) {
  const { clock, faults } = kit
  const refuse = (error: ApiError): Created => ({ ok: false, error })

  function isReadable({ hiddenUntilMs, forgottenAtMs }: PrimePod): boolean {
    const nowMs = clock.nowMs()
    return (hiddenUntilMs ?? 0) <= nowMs && (forgottenAtMs ?? Number.POSITIVE_INFINITY) > nowMs
  }

  return {
    create(input: unknown, request: FaultedRequest): Created {
      const body = parseBody(createPodSchema, input)
      if (!body.ok) return body
      const meant = offerMeantBy(body.value)
      if (!meant.ok) return meant
      const { sshKeyId } = body.value.pod
      const key = sshKeyId == null ? sshKeys.primary() : sshKeys.get(sshKeyId)
      if (key === undefined) return refuse(API_ERRORS.noSuchKey)
      if (faults.take('no_capacity', request)) return refuse(API_ERRORS.noCapacity)
      if (faults.take('insufficient_funds', request)) return refuse(API_ERRORS.insufficientFunds)
      if (faults.take('quota_exceeded', request)) return refuse(API_ERRORS.quota)
      if (stock.free(shelfOf(meant.value)) === 0) return refuse(API_ERRORS.noCapacity)
      const pod = newPod(body.value, meant.value, clock.nowMs())
      pod.authorizedKeys = key.publicKey
      applyOrders(pod, { faults, request, nowMs: clock.nowMs() })
      registry.set(pod.id, pod)
      life.create(pod)
      return { ok: true, pod }
    },
    delete(pod: PrimePod, request: FaultedRequest): void {
      if (isAlive(pod)) life.end(pod, faults.take('lingering', request)?.ms)
    },
    get(id: string): PrimePod | undefined {
      const pod = registry.get(id)
      return pod !== undefined && isReadable(pod) ? pod : undefined
    },
    /** The history, newest first: every pod that has ended, read or forgotten. */
    ended: (): readonly PrimePod[] => [...registry.values()].filter((pod) => !isAlive(pod)).toReversed(),
    /** Newest first, those that are terminated and linger among them. */
    list: (): readonly PrimePod[] => [...registry.values()].filter(isReadable).toReversed(),
  }
}

export const machinesInUse = (registry: ReadonlyMap<string, PrimePod>, shelf: Shelf): number =>
  [...registry.values()].filter(
    (pod) =>
      isAlive(pod) &&
      pod.provider === shelf.provider &&
      pod.cloudId === shelf.cloudId &&
      pod.dataCenter === shelf.dataCenter,
  ).length

function newPod({ pod }: CreatePodRequest, offer: OfferFacts, nowMs: number): PrimePod {
  const diskGib = pod.diskSize ?? offer.disk.defaultGib
  return {
    id: randomUUID().replaceAll('-', ''),
    name: pod.name ?? 'unnamed',
    provider: offer.provider,
    cloudId: offer.cloudId,
    dataCenter: offer.dataCenter,
    image: pod.image ?? IMAGES[0],
    diskGib,
    authorizedKeys: '',
    env: Object.fromEntries((pod.envVars ?? []).map(({ key, value }) => [key, value])),
    priceMicrosPerHour: offer.priceMicrosPerHour + diskPrice(offer, diskGib),
    orderedStatus: null,
    createdAtMs: nowMs,
    bootsAtMs: null,
    readyAtMs: null,
    failed: false,
    sshPort: null,
    hiddenUntilMs: null,
    endedAtMs: null,
    forgottenAtMs: null,
    stuckPending: false,
    bootError: false,
    installationFails: false,
    sshNever: false,
    wrongGpu: null,
  }
}

function diskPrice({ disk }: OfferFacts, diskGib: number): bigint {
  const paidGib = disk.included ? diskGib - disk.defaultGib : diskGib
  return BigInt(paidGib) * disk.microsPerGibHour
}

interface ApplyOrders {
  readonly faults: Faults<PrimeFault>
  readonly request: FaultedRequest
  readonly nowMs: number
}

/** Marks a pod about to boot with what standing orders want of it. */
function applyOrders(pod: PrimePod, { faults, request, nowMs }: ApplyOrders): void {
  pod.stuckPending = faults.take('stuck_pending', request) !== null
  pod.bootError = faults.take('boot_error', request) !== null
  pod.installationFails = faults.take('installation_fails', request) !== null
  pod.sshNever = faults.take('ssh_never', request) !== null
  pod.wrongGpu = faults.take('wrong_gpu', request)
  const hiddenMs = faults.take('invisible', request)?.ms
  pod.hiddenUntilMs = hiddenMs === undefined ? null : nowMs + hiddenMs
}
