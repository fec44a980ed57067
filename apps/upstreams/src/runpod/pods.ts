import type { EmulatorKit } from '../kit/emulator-kit.ts'
import type { FaultedRequest } from '../kit/faults.ts'
import type { Inventory, Shelf } from './inventory.ts'
import { newPod } from './new-pod.ts'
import { place } from './placement.ts'
import { actionsOf, paysForCompute, type Pod, type PodAction, type RunPodFault } from './pod.ts'
import type { PodBooks } from './pod-books.ts'
import type { PodLife } from './pod-life.ts'
import { applyOrders, orderedRefusal } from './pod-orders.ts'
import type { Problem } from './problem.ts'
import { type CreatePodRequest, ruleBrokenBy, type UpdatePodRequest } from './requests.ts'

export type PodAnswer =
  | { readonly ok: true; readonly pod: Pod }
  | { readonly ok: false; readonly problem: Problem }

/** The pods of the emulated cloud and what a caller may do to them. */
export type Pods = ReturnType<typeof createPods>

interface PodsDeps {
  readonly kit: EmulatorKit<RunPodFault>
  readonly registry: Map<string, Pod>
  readonly inventory: Inventory
  readonly books: PodBooks
  readonly life: PodLife
  readonly accountKeys: () => readonly string[]
  readonly onChange: () => void
}

export function createPods({ kit, registry, inventory, books, life, accountKeys, onChange }: PodsDeps) {
  const { clock, faults } = kit

  function visible(pod: Pod): boolean {
    const nowMs = clock.nowMs()
    return (pod.hiddenUntilMs ?? 0) <= nowMs && (pod.goneAtMs ?? Number.POSITIVE_INFINITY) > nowMs
  }

  function start(pod: Pod, request: FaultedRequest): PodAnswer {
    const shelf: Shelf = { gpuId: pod.gpu.id, dataCenterId: pod.dataCenterId, cloud: pod.cloud }
    if (faults.take('no_capacity_on_start', request) || inventory.free(shelf) < pod.gpu.count) {
      return refusal(400, 'There are not enough free GPUs on the host machine to start this pod.')
    }
    life.boot(pod, 'PROVISIONING', 'start pod')
    return { ok: true, pod }
  }

  return {
    create(body: CreatePodRequest, request: FaultedRequest): PodAnswer {
      const problem = ruleBrokenBy(body) ?? unknownReference(body) ?? orderedRefusal(faults, request)
      if (problem !== null) return { ok: false, problem }
      const placement = place(body, inventory)
      if (!placement.ok) return placement
      const pod = newPod({ body, placement, accountKeys: accountKeys(), nowMs: clock.nowMs() })
      applyOrders(pod, { faults, request, clock })
      registry.set(pod.id, pod)
      books.open(pod)
      life.boot(pod, 'PROVISIONING', `create pod ${pod.name} in ${pod.dataCenterId}`)
      return { ok: true, pod }
    },
    act(pod: Pod, action: PodAction, request: FaultedRequest): PodAnswer {
      const allowed = actionsOf(pod)
      if (pod.locked && action === 'stop') return refusal(409, 'the pod is locked', allowed)
      if (!allowed.includes(action)) {
        return refusal(409, `action "${action}" is not allowed while the pod is ${pod.status}`, allowed)
      }
      if (action === 'start') return start(pod, request)
      if (action === 'restart') life.boot(pod, 'STARTING', 'restart container')
      else if (action === 'stop') life.exit(pod, 'stop pod')
      else life.end(pod, faults.take('lingering', request)?.ms ?? 0)
      return { ok: true, pod }
    },
    update(pod: Pod, body: UpdatePodRequest): PodAnswer {
      if (body.templateId !== undefined) return refusal(404, 'template not found')
      if (body.registry !== undefined && body.registry !== null) return refusal(404, 'registry not found')
      if (Object.keys(body.mounts ?? {}).length > 0) return refusal(400, 'mounts are fixed at create')
      const { mounts: _mounts, templateId: _template, registry: _registry, ...changes } = body
      Object.assign(pod, changes)
      onChange()
      return { ok: true, pod }
    },
    get(id: string): Pod | undefined {
      const pod = registry.get(id)
      return pod !== undefined && visible(pod) ? pod : undefined
    },
    list: (): readonly Pod[] => [...registry.values()].filter(visible),
  }
}

/** GPUs that living pods of this shelf hold; a stopped pod has given its own back. */
export function gpusInUse(registry: ReadonlyMap<string, Pod>, shelf: Shelf): number {
  return [...registry.values()]
    .filter(
      (pod) =>
        pod.gpu.id === shelf.gpuId && pod.dataCenterId === shelf.dataCenterId && pod.cloud === shelf.cloud,
    )
    .reduce((sum, pod) => sum + (paysForCompute(pod) ? pod.gpu.count : 0), 0)
}

function refusal(status: number, detail: string, actions?: readonly PodAction[]): PodAnswer {
  return { ok: false, problem: { status, detail, ...(actions && { actions }) } }
}

/** The emulated account owns no templates, registries or network volumes. */
function unknownReference({ templateId, registry, mounts }: CreatePodRequest): Problem | null {
  if (templateId !== undefined) return { status: 404, detail: 'template not found' }
  if (registry !== undefined && registry !== null) return { status: 404, detail: 'registry not found' }
  if ((mounts?.network?.length ?? 0) > 0) return { status: 404, detail: 'network volume not found' }
  return null
}
