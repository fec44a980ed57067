import { randomUUID } from 'node:crypto'
import type { EmulatorClock } from '../kit/clock.ts'
import type { FaultedRequest, Faults } from '../kit/faults.ts'
import type { VerdaFault, VerdaInstance, Volume } from './instance.ts'
import { type InstanceTypeFacts, priceMicrosOf } from './instance-types.ts'
import type { NamedText } from './named-texts.ts'
import type { CreateInstance } from './requests.ts'
import { environmentFrom } from './startup-script.ts'

const DEFAULT_OS_VOLUME_GB = 50

interface NewInstanceInput {
  readonly body: CreateInstance
  readonly type: InstanceTypeFacts
  readonly sshKeys: readonly NamedText[]
  readonly script: NamedText | undefined
  readonly nowMs: number
}

/** An instance just accepted, with the defaults Verda gives what was not said. */
export function newInstance({ body, type, sshKeys, script, nowMs }: NewInstanceInput): VerdaInstance {
  return {
    id: randomUUID(),
    hostname: body.hostname,
    description: body.description,
    instanceType: type.instanceType,
    image: body.image,
    location: body.location_code,
    isSpot: body.is_spot,
    sshKeyIds: sshKeys.map(({ id }) => id),
    startupScriptId: script?.id ?? null,
    authorizedKeys: sshKeys.map(({ text }) => text).join('\n'),
    env: environmentFrom(script?.text ?? ''),
    volumes: volumesOf(body),
    priceMicrosPerHour: priceMicrosOf(type, body.is_spot),
    status: 'ordered',
    createdAtMs: nowMs,
    upAtMs: null,
    bootsAtMs: null,
    sshPort: null,
    hiddenUntilMs: null,
    endedAtMs: null,
    forgottenAtMs: null,
    stuckProvisioning: false,
    bootEndsIn: 'running',
    sshNever: false,
    wrongGpu: null,
  }
}

function volumesOf({ hostname, os_volume, volumes }: CreateInstance): Volume[] {
  const system: Volume = {
    id: randomUUID(),
    name: os_volume?.name ?? `${hostname}-os`,
    sizeGb: os_volume?.size ?? DEFAULT_OS_VOLUME_GB,
    type: 'NVMe',
    isOs: true,
    onSpotDiscontinue: os_volume?.on_spot_discontinue ?? 'keep_detached',
  }
  const data = volumes.map(({ name, size, type, on_spot_discontinue }) => ({
    id: randomUUID(),
    name,
    sizeGb: size,
    type,
    isOs: false,
    onSpotDiscontinue: on_spot_discontinue,
  }))
  return [system, ...data]
}

interface ApplyOrders {
  readonly faults: Faults<VerdaFault>
  readonly request: FaultedRequest
  readonly clock: EmulatorClock
}

/** Marks an instance about to boot with what standing orders want of it. */
export function applyOrders(instance: VerdaInstance, { faults, request, clock }: ApplyOrders): void {
  instance.stuckProvisioning = faults.take('stuck_provisioning', request) !== null
  if (faults.take('boot_error', request)) instance.bootEndsIn = 'error'
  if (faults.take('boot_no_capacity', request)) instance.bootEndsIn = 'no_capacity'
  instance.sshNever = faults.take('ssh_never', request) !== null
  instance.wrongGpu = faults.take('wrong_gpu', request)
  const hiddenMs = faults.take('invisible', request)?.ms
  instance.hiddenUntilMs = hiddenMs === undefined ? null : clock.nowMs() + hiddenMs
}
