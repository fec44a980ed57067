import type { Gpu, UpstreamOffer } from '@berth/contract/offer'
import type { EnvValues, PortAccess } from '@berth/contract/pod-environment'

/** Where an instance is in its life, whatever words its provider uses. */
export type InstanceState =
  | 'provisioning'
  | 'running'
  | 'stopping'
  | 'stopped'
  | 'interrupted'
  | 'terminating'
  | 'gone'
  | 'failed'
  /** A word we do not know: keep the last state, report the word, never take it for gone. */
  | 'unknown'

export interface SshEndpoint {
  host: string
  port: number
  user: string
}

export interface Instance {
  /** The provider's own id. */
  id: string
  /** The marker written at launch, null where the provider shows none: such an instance is not ours. */
  marker: string | null
  state: InstanceState
  /** The provider's own status word. */
  rawStatus: string
  /** Null until the provider has told an address. */
  ssh: SshEndpoint | null
  /** Machine or host id where the provider shows one; remembered when a host proves bad. */
  hostId: string | null
  gpu: { rawName: string; count: number } | null
  /** What the provider charges now, micro-dollars per hour; null where it does not say. */
  upstreamMicrosPerHour: number | null
  createdAt: string | null
  /** Ports published by the pod, private to public. */
  ports: { privatePort: number; host: string; publicPort: number }[]
  /** Provider's own words about a failure or progress. */
  statusMessage: string | null
}

export interface LaunchRequest {
  /** `berth-<rental id>-<attempt>`, written into name, label or tag; the only way to find the pod after a lost answer. */
  marker: string
  offer: UpstreamOffer
  /** OpenSSH one-line public keys; at least one. */
  sshPublicKeys: string[]
  image: string
  diskGib: number
  env: Record<string, string>
  /** Private TCP ports to publish besides 22. */
  ports: number[]
}

/** What stopping, restarting and ending mean at this provider; told to the person before the click. */
export interface Capabilities {
  podKind: 'container' | 'vm'
  aggregator: boolean
  /** How a stopped pod behaves; `none` where there is no stopped state. */
  stopStart: 'none' | 'keeps_disk_may_lose_gpu' | 'keeps_disk_bills_full' | 'keeps_disk_and_gpu'
  spot: boolean
  logs: boolean
  /** When it tells what a pod has cost: also while it lives, only once it has ended, or never. */
  billingReadout: 'always' | 'after_end' | 'never'
  /** How its bill counts the time of a pod; what we estimate follows it. */
  billedTime: BilledTime
  /** Custom container image or a fixed set of VM images. */
  images: 'any' | 'fixed'
  /** How a port that was asked for is reached from outside. */
  ports: PortAccess
  /** Which values of environment variables it can hand to a pod. */
  environment: EnvValues
  /** A pod not usable by then is destroyed and re-rolled, seconds. */
  bootBudgetSeconds: number
  /** How often a booting pod is asked for, seconds. */
  bootPollSeconds: number
  /** How often the one list call of the fleet watch runs, seconds. */
  fleetPollSeconds: number
  /** Time from the stop order until the upstream meter stops; reserved in money, seconds. */
  teardownSeconds: number
  /** After a create, how long the list may still hide the new instance, seconds. */
  listLagSeconds: number
}

/** Whole increments are billed, a begun one in full, and a pod that lived at all for `leastSeconds` at least. */
export interface BilledTime {
  incrementSeconds: number
  leastSeconds: number
}

export interface LogLine {
  id: string
  at: string
  line: string
}

/**
 * One upstream account. Every method takes an AbortSignal, has a timeout of its own, and throws
 * `ProviderError` only. Shaped on all the providers we know, not on one: no provider takes an
 * idempotency key, so `findByMarker` is how an ambiguous launch is resolved.
 */
export interface Provider {
  /** Adapter's name, "runpod". */
  readonly name: string
  /** Account id, unique over the registry; equal to the name while there is one account of each. */
  readonly account: string
  readonly displayName: string
  readonly capabilities: Capabilities

  listOffers(signal: AbortSignal): Promise<UpstreamOffer[]>
  /** Creates one instance. Throws `ambiguous` whenever it may exist though we did not hear so. */
  launch(request: LaunchRequest, signal: AbortSignal): Promise<Instance>
  /** All instances with exactly this marker that are not gone. */
  findByMarker(marker: string, signal: AbortSignal): Promise<Instance[]>
  /** State `gone` when the provider says it does not exist; never throws for that. */
  describe(id: string, signal: AbortSignal): Promise<Instance>
  /** Every living instance of the account that carries a marker of ours: one call, or one per page. */
  listOwned(signal: AbortSignal): Promise<Instance[]>
  /** Orders the end. Resolves also when it is already gone. Acceptance is not proof of absence. */
  terminate(id: string, signal: AbortSignal): Promise<void>
  /**
   * Removes what a launch registered in the account under its marker, such as keys, where no instance of it is left whose end
   * would do so. Never throws; absent where a launch registers nothing.
   */
  forget?(marker: string, signal: AbortSignal): Promise<void>
  /** Present exactly when `capabilities.stopStart` is not `none`. */
  stop?(id: string, signal: AbortSignal): Promise<void>
  start?(id: string, signal: AbortSignal): Promise<void>
  /** Lines after the given id, oldest first; present exactly when `capabilities.logs`. */
  logs?(id: string, after: string | null, signal: AbortSignal): Promise<LogLine[]>
  /**
   * What the provider says an instance has cost us so far, micro-dollars; present unless `capabilities.billingReadout` is
   * `never`. Throws where it knows of none.
   */
  costSoFar?(id: string, signal: AbortSignal): Promise<bigint>
  /** Releases what the adapter holds (sockets, pacers). */
  close(): Promise<void>
}

/** What an adapter is expected to deliver, compared with what the pod shows over SSH. */
export type SoldGpu = Pick<Gpu, 'vendor' | 'model' | 'memoryGib'> & { count: number }
