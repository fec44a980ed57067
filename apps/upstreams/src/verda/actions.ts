import type { FaultedRequest, Faults } from '../kit/faults.ts'
import { type ApiError, invalid } from './api-error.ts'
import { isAlive, type VerdaFault, type VerdaInstance, type Volume } from './instance.ts'
import type { InstanceLife } from './instance-life.ts'
import type { Instances } from './instances.ts'
import type { ActionRequest } from './requests.ts'

/** What became of one instance of an action. */
export type Outcome =
  | { readonly id: string; readonly ok: true }
  | { readonly id: string; readonly ok: false; readonly error: ApiError; readonly within207?: boolean }

interface ActionsDeps {
  readonly instances: Instances
  readonly life: InstanceLife
  readonly faults: Faults<VerdaFault>
}

/** PUT /instances: one action on several instances, each with its own outcome. */
export type Actions = ReturnType<typeof createActions>

const BOOTING = new Set(['new', 'ordered', 'provisioning', 'validating', 'pending'])

export function createActions({ instances, life, faults }: ActionsDeps) {
  function act(instance: VerdaInstance, body: ActionRequest, request: FaultedRequest): ApiError | null {
    switch (body.action) {
      case 'delete':
      case 'discontinue': {
        const refused = deleteRefusal(instance)
        if (refused !== null) return refused
        life.end(instance, {
          kept: instance.volumes.filter((volume) => !isDeletedWith(volume, body.volume_ids)),
          readableMs: faults.take('lingering', request)?.ms,
        })
        return null
      }
      case 'shutdown':
      case 'force_shutdown':
        if (instance.status !== 'running')
          return invalid(`Can't shut down an instance that is ${instance.status}`)
        life.shutdown(instance)
        return null
      case 'boot':
      case 'start':
        if (instance.status !== 'offline')
          return invalid(`Can't start an instance that is ${instance.status}`)
        life.boot(instance, 'pending')
        return null
    }
  }

  return {
    run(body: ActionRequest, request: FaultedRequest): readonly Outcome[] {
      return body.id.map((id): Outcome => {
        const instance = instances.get(id)
        if (instance === undefined) return { id, ok: false, error: invalid('Invalid instance id') }
        const hidden = faults.take('refused_in_207', request)
        if (hidden !== null) {
          const error = { ...invalid(hidden.error), status: hidden.statusCode }
          return { id, ok: false, error, within207: true }
        }
        const error = act(instance, body, request)
        return error === null ? { id, ok: true } : { id, ok: false, error }
      })
    },
  }
}

function deleteRefusal(instance: VerdaInstance): ApiError | null {
  if (!isAlive(instance)) return invalid("Can't discontinue a discontinued instance")
  return BOOTING.has(instance.status) ? invalid("Can't discontinue a provisioning instance") : null
}

/** Nothing said: the OS volume goes, the others are detached. A list: exactly those go. */
const isDeletedWith = ({ id, isOs }: Volume, volumeIds: readonly string[] | null | undefined): boolean =>
  volumeIds === undefined || volumeIds === null ? isOs : volumeIds.includes(id)
