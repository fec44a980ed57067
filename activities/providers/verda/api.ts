import { z } from 'zod'
import { ProviderError } from '../provider-error.ts'
import {
  type AuthorizedClient,
  type AuthorizedClientOptions,
  createAuthorizedClient,
} from './authorized-client.ts'
import { kindOfRefusal, saysUnknownInstance } from './classify.ts'
import * as schema from './schema.ts'

/** The create body we send. */
export interface CreateInstanceBody {
  instance_type: string
  image: string
  /** The marker; so is the description. */
  hostname: string
  description: string
  ssh_key_ids: string[]
  startup_script_id?: string
  location_code: string
  contract: 'PAY_AS_YOU_GO' | 'SPOT'
  pricing: 'FIXED_PRICE'
  is_spot: boolean
  os_volume: { name: string; size: number; on_spot_discontinue?: 'delete_permanently' }
}

export interface InstanceAction {
  action: 'delete' | 'shutdown' | 'start'
  id: string
  /** With delete: exactly these go, too. Left out, the OS volume goes and others would stay and bill. */
  volumeIds?: string[]
}

/** Registries of the account, and what their texts are called on the wire. */
const REGISTRIES = { '/ssh-keys': 'key', '/scripts': 'script' } as const
export type VerdaRegistry = keyof typeof REGISTRIES

const CREATE_TIMEOUT_MS = 60_000

export type VerdaApi = ReturnType<typeof createVerdaApi>

/** Verda's public API v1 call by call; https://api.verda.com/v1/docs. */
export function createVerdaApi(options: AuthorizedClientOptions) {
  const { provider } = options
  const http = createAuthorizedClient(options)
  const get = <T>(path: string, as: z.ZodType<T>, signal: AbortSignal, query = {}): Promise<T> =>
    http.request({ method: 'GET', path, query, schema: as, signal })

  return {
    instanceTypes: (signal: AbortSignal) =>
      get('/instance-types', schema.instanceTypesSchema, signal, { currency: 'usd' }),
    locations: (signal: AbortSignal) => get('/locations', schema.locationsSchema, signal),
    volumeTypes: (signal: AbortSignal) => get('/volume-types', schema.volumeTypesSchema, signal),
    availability: (isSpot: boolean, signal: AbortSignal) =>
      get('/instance-availability', schema.availabilitySchema, signal, { is_spot: isSpot }),
    /** All instances of the account; Verda does not page. */
    instances: (signal: AbortSignal) => get('/instances', schema.instancesSchema, signal),
    /** Null where Verda knows no such instance. */
    async instance(id: string, signal: AbortSignal): Promise<schema.VerdaInstance | null> {
      const path = `/instances/${encodeURIComponent(id)}`
      const call = { method: 'GET', path, schema: schema.instanceSchema, signal } as const
      try {
        return await http.requestOrAbsent(call)
      } catch (error) {
        if (error instanceof ProviderError && saysUnknownInstance(error.words)) return null
        throw error
      }
    },
    /** The id of the new instance, which is all that Verda tells. */
    createInstance: (body: CreateInstanceBody, signal: AbortSignal): Promise<string> =>
      http.request({
        method: 'POST',
        path: '/instances',
        body,
        schema: schema.newIdSchema,
        timeoutMs: CREATE_TIMEOUT_MS,
        signal,
      }),
    act: (order: InstanceAction, signal: AbortSignal): Promise<void> =>
      act({ provider, http, order, signal }),
    registered: (registry: VerdaRegistry, signal: AbortSignal) =>
      get(registry, schema.namedEntriesSchema, signal),
    /** Adds a text under a name; doing so twice adds two of that name, and harms nobody. */
    register: (
      registry: VerdaRegistry,
      { name, text }: { name: string; text: string },
      signal: AbortSignal,
    ) =>
      http.request({
        method: 'POST',
        path: registry,
        body: { name, [REGISTRIES[registry]]: text },
        effect: 'repeatable',
        schema: schema.newIdSchema,
        signal,
      }),
    async unregister(registry: VerdaRegistry, id: string, signal: AbortSignal): Promise<void> {
      const call = { method: 'DELETE', path: `${registry}/${encodeURIComponent(id)}`, signal } as const
      await http.requestOrAbsent({ ...call, schema: z.unknown() })
    },
  }
}

interface Act {
  provider: string
  http: AuthorizedClient
  order: InstanceAction
  signal: AbortSignal
}

/** Throws what became of this one instance, also where the answer as a whole says success. */
async function act({ provider, http, order, signal }: Act): Promise<void> {
  const { action, id, volumeIds } = order
  const body = {
    action,
    id: [id],
    ...(volumeIds && { volume_ids: volumeIds }),
    ...(action === 'delete' && { delete_permanently: true }),
  }
  const call = { method: 'PUT', path: '/instances', body, signal } as const
  const results = await http.request({ ...call, schema: schema.actionResultsSchema })
  const failed = results.find(isFailure)
  if (failed) throw failureOf(provider, action, failed)
}

const isFailure = ({ status, error, statusCode = 200 }: schema.VerdaActionResult): boolean =>
  error !== undefined || statusCode >= 400 || /error|fail/i.test(status)

function failureOf(provider: string, action: string, result: schema.VerdaActionResult): ProviderError {
  const { error: words = result.status, statusCode: status = 400 } = result
  const kind = kindOfRefusal({ status, words }, false) ?? (status >= 500 ? 'unavailable' : 'invalid_request')
  return new ProviderError({ provider, kind, words: `${words} (${action} answered ${status})`, status })
}
