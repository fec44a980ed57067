import { randomBytes, randomInt } from 'node:crypto'
import type { Placement } from './placement.ts'
import type { Pod } from './pod.ts'
import type { CreatePodRequest } from './requests.ts'

const ID_ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz'
const ID_LENGTH = 14

const newPodId = (): string =>
  Array.from({ length: ID_LENGTH }, () => ID_ALPHABET.charAt(randomInt(ID_ALPHABET.length))).join('')

interface NewPodInput {
  readonly body: CreatePodRequest
  readonly placement: Extract<Placement, { ok: true }>
  readonly accountKeys: readonly string[]
  readonly nowMs: number
}

/** A freshly placed pod, with the defaults RunPod gives what was not said. */
export function newPod({ body, placement, accountKeys, nowMs }: NewPodInput): Pod {
  return {
    id: newPodId(),
    name: body.name,
    image: body.image ?? '',
    args: body.args ?? '',
    disk: body.disk ?? 50,
    ports: body.ports ?? [],
    env: environment(body, accountKeys),
    cloud: body.cloud,
    dataCenterId: placement.dataCenterId,
    cudaVersion: placement.cudaVersion,
    gpu: { id: placement.gpu.id, count: placement.count },
    persistent: body.mounts?.persistent ?? null,
    globalNetworking: body.globalNetworking,
    locked: false,
    priceMicrosPerHour: placement.priceMicrosPerHour,
    status: 'PROVISIONING',
    createdAtMs: nowMs,
    startedAtMs: null,
    bootsAtMs: null,
    sshPort: null,
    hiddenUntilMs: null,
    goneAtMs: null,
    stuckProvisioning: false,
    withoutRuntime: false,
    bootError: false,
    sshNever: false,
    wrongGpu: null,
    logs: [],
  }
}

/** `startSsh` puts the account's keys in unless the request brings its own; with no keys it does nothing. */
function environment(body: CreatePodRequest, accountKeys: readonly string[]): Record<string, string> {
  const ssh = body.startSsh && accountKeys.length > 0 ? { PUBLIC_KEY: accountKeys.join('\n') } : {}
  const jupyter = body.startJupyter ? { JUPYTER_PASSWORD: randomBytes(12).toString('hex') } : {}
  return { ...ssh, ...jupyter, ...body.env }
}
