import express, { type Router } from 'express'
import { z } from 'zod'
import type { InstanceControl, InventoryControl } from '../kit/control-router.ts'
import type { EmulatorKit } from '../kit/emulator-kit.ts'
import { type Inventory, type StockOrder, stockOrderSchema } from './inventory.ts'
import type { Pod, RunPodFault } from './pod.ts'
import type { PodLife } from './pod-life.ts'
import type { PodLogs } from './pod-logs.ts'

/** What a test holds in its hand: the shared parts, and the pods from behind. */
export interface RunPodControl extends EmulatorKit<RunPodFault> {
  readonly instances: Omit<InstanceControl, 'list'> & {
    list(): readonly Pod[]
    /** The pod whose name is (or holds) this marker, dead ones not. */
    byMarker(marker: string): Pod | undefined
    /** Makes the container print a line. */
    print(id: string, line: string): boolean
  }
  readonly inventory: InventoryControl & { set(order: StockOrder): void }
}

interface ControlDeps {
  readonly kit: EmulatorKit<RunPodFault>
  readonly registry: ReadonlyMap<string, Pod>
  readonly inventory: Inventory
  readonly logs: PodLogs
  readonly life: PodLife
}

export function createRunPodControl({ kit, registry, inventory, logs, life }: ControlDeps): RunPodControl {
  const alive = (): readonly Pod[] => [...registry.values()].filter(({ goneAtMs }) => goneAtMs === null)

  function withPod(id: string, act: (pod: Pod) => void): boolean {
    const pod = alive().find((candidate) => candidate.id === id)
    if (pod !== undefined) act(pod)
    return pod !== undefined
  }

  return {
    ...kit,
    instances: {
      list: alive,
      byMarker: (marker) => alive().find(({ name }) => name.includes(marker)),
      kill: (id) => withPod(id, (pod) => life.end(pod, 0)),
      interrupt: (id) => withPod(id, (pod) => life.exit(pod, 'host went away')),
      setStatus: (id, status) =>
        withPod(id, (pod) => {
          pod.bootsAtMs = null
          life.change(pod, status, `status ${status}`)
        }),
      print: (id, line) => withPod(id, (pod) => logs.append(pod, 'container', line)),
    },
    inventory: {
      list: inventory.list,
      set: (order: unknown) => inventory.set(stockOrderSchema.parse(order)),
    },
  }
}

const printOrder = z.strictObject({ line: z.string().max(10_000) })

/** The orders that only this cloud understands: a pod whose container says something. */
export function createRunPodOrders({ instances }: Pick<RunPodControl, 'instances'>): Router {
  const router = express.Router()
  router.post('/instances/:id/print', (request, response) => {
    const found = instances.print(request.params.id, printOrder.parse(request.body).line)
    response.sendStatus(found ? 204 : 404)
  })
  return router
}
