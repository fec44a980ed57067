import { z } from 'zod'
import { createHttpClient, type HttpCall } from '../http/client.ts'
import type { Pacer } from '../http/pacer.ts'
import { ProviderError } from '../provider-error.ts'
import { classifyTensorDock, isPlacing, kindOfRefusal } from './classify.ts'
import * as schema from './schema.ts'

export interface PortForward {
  internal_port: number
  external_port: number
}

/** The create body we send, without its wrapping. */
export interface CreateInstanceAttributes {
  name: string
  type: 'virtualmachine'
  image: string
  hostnode_id: string
  resources: {
    vcpu_count: number
    ram_gb: number
    storage_gb: number
    gpus: Record<string, { count: number }>
  }
  ssh_key: string
  useDedicatedIp?: true
  port_forwards?: PortForward[]
  cloud_init: { write_files: { path: string; content: string; permissions: string }[]; runcmd: string[] }
}

interface TensorDockApiOptions {
  provider: string
  baseUrl: string
  apiKey: string
  pacer: Pacer
}

const TIMEOUT_MS = 30_000
/** Its API is slow to answer at times; a create that was given up would have to be looked for. */
const CREATE_TIMEOUT_MS = 120_000
const DEFAULT_PAUSE_MS = 5_000

const pathOf = (id: string, rest = ''): string => `/instances/${encodeURIComponent(id)}${rest}`

export type TensorDockApi = ReturnType<typeof createTensorDockApi>

/** TensorDock's API v2 call by call; https://dashboard.tensordock.com/api/docs. */
export function createTensorDockApi({ provider, baseUrl, apiKey, pacer }: TensorDockApiOptions) {
  const http = createHttpClient({
    provider,
    baseUrl,
    headers: () => ({ authorization: `Bearer ${apiKey}` }),
    timeoutMs: TIMEOUT_MS,
    pacer,
    classify: classifyTensorDock,
  })

  /** A refusal may hide within a 200; it is thrown as if it had come with its own status. */
  async function request<T>(call: HttpCall<T>): Promise<T> {
    const answer = await http.request({
      ...call,
      schema: z.union([
        schema.refusalSchema.transform((refusal) => ({ refusal })),
        call.schema.transform((value) => ({ value })),
      ]),
    })
    if ('value' in answer) return answer.value
    const error = refused(provider, call, answer.refusal)
    if (error.kind === 'rate_limited') pacer.pauseFor(DEFAULT_PAUSE_MS)
    throw error
  }

  /** Null where TensorDock knows no such thing. */
  async function requestOrAbsent<T>(call: HttpCall<T>): Promise<T | null> {
    try {
      return await request(call)
    } catch (error) {
      if (error instanceof ProviderError && error.status === 404) return null
      throw error
    }
  }

  return {
    hosts: (signal: AbortSignal) =>
      request({ method: 'GET', path: '/hostnodes', schema: schema.hostsSchema, signal }),
    host: (id: string, signal: AbortSignal) => {
      const path = `/hostnodes/${encodeURIComponent(id)}`
      return requestOrAbsent({ method: 'GET', path, schema: schema.oneHostSchema, signal })
    },
    /** The id of the new instance. */
    createInstance: (attributes: CreateInstanceAttributes, signal: AbortSignal): Promise<string> =>
      request({
        method: 'POST',
        path: '/instances',
        body: { data: { type: 'virtualmachine', attributes } },
        schema: schema.createdSchema,
        timeoutMs: CREATE_TIMEOUT_MS,
        signal,
      }),
    /** All instances of the organization, by name and status; TensorDock does not page. */
    instances: (signal: AbortSignal) =>
      request({ method: 'GET', path: '/instances', schema: schema.instancesSchema, signal }),
    instance: (id: string, signal: AbortSignal) =>
      requestOrAbsent({ method: 'GET', path: pathOf(id), schema: schema.oneInstanceSchema, signal }),
    /** False where there was none to delete. */
    async deleteInstance(id: string, signal: AbortSignal): Promise<boolean> {
      const call = { method: 'DELETE', path: pathOf(id), schema: z.unknown(), signal } as const
      return (await requestOrAbsent(call)) !== null
    },
    /** False where TensorDock knows no such instance. */
    async power(id: string, wish: 'start' | 'stop', signal: AbortSignal): Promise<boolean> {
      const path = pathOf(id, `/${wish}`)
      const call = { method: 'POST', path, body: {}, effect: 'repeatable', signal } as const
      return (await requestOrAbsent({ ...call, schema: z.unknown() })) !== null
    },
  }
}

function refused(
  provider: string,
  { method, path, effect }: HttpCall<unknown>,
  { error, message, status = 400 }: schema.TensorDockRefusal,
): ProviderError {
  const words = [error, message].filter(Boolean).join('; ')
  const lost = method === 'POST' && effect === undefined ? 'ambiguous' : 'unavailable'
  const kind =
    kindOfRefusal({ status, words, places: isPlacing({ method, path }) }) ??
    (status >= 500 ? lost : 'invalid_request')
  return new ProviderError({
    provider,
    kind,
    words: `${words} (${method} ${path} answered ${status})`,
    status,
  })
}
