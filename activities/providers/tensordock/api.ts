import { z } from 'zod'
import { createHttpClient } from '../http/client.ts'
import type { Pacer } from '../http/pacer.ts'
import { classifyTensorDock, statusOfTensorDock } from './classify.ts'
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
    statusOf: statusOfTensorDock,
  })

  return {
    hosts: (signal: AbortSignal) =>
      http.request({ method: 'GET', path: '/hostnodes', schema: schema.hostsSchema, signal }),
    host: (id: string, signal: AbortSignal) => {
      const path = `/hostnodes/${encodeURIComponent(id)}`
      return http.requestOrAbsent({ method: 'GET', path, schema: schema.oneHostSchema, signal })
    },
    /** The id of the new instance. */
    createInstance: (attributes: CreateInstanceAttributes, signal: AbortSignal): Promise<string> =>
      http.request({
        method: 'POST',
        path: '/instances',
        body: { data: { type: 'virtualmachine', attributes } },
        schema: schema.createdSchema,
        timeoutMs: CREATE_TIMEOUT_MS,
        signal,
      }),
    /** All instances of the organization, by name and status; TensorDock does not page. */
    instances: (signal: AbortSignal) =>
      http.request({ method: 'GET', path: '/instances', schema: schema.instancesSchema, signal }),
    instance: (id: string, signal: AbortSignal) =>
      http.requestOrAbsent({ method: 'GET', path: pathOf(id), schema: schema.oneInstanceSchema, signal }),
    /** False where there was none to delete. */
    async deleteInstance(id: string, signal: AbortSignal): Promise<boolean> {
      const call = { method: 'DELETE', path: pathOf(id), schema: z.unknown(), signal } as const
      return (await http.requestOrAbsent(call)) !== null
    },
    /** False where TensorDock knows no such instance. */
    async power(id: string, wish: 'start' | 'stop', signal: AbortSignal): Promise<boolean> {
      const path = pathOf(id, `/${wish}`)
      const call = { method: 'POST', path, body: {}, effect: 'repeatable', signal } as const
      return (await http.requestOrAbsent({ ...call, schema: z.unknown() })) !== null
    },
  }
}
