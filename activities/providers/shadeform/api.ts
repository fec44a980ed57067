import { z } from 'zod'
import { createHttpClient } from '../http/client.ts'
import type { Pacer } from '../http/pacer.ts'
import { classifyShadeform } from './classify.ts'
import {
  createdSchema,
  instanceSchema,
  instancesSchema,
  instanceTypesSchema,
  type ShadeformInstance,
  type ShadeformInstanceType,
} from './schema.ts'

/** The create body we send. */
export interface CreateBody {
  cloud: string
  region: string
  shade_instance_type: string
  /** In Shadeform's own account at that cloud, not in a linked one. */
  shade_cloud: true
  name: string
  os: string
  launch_configuration: { type: 'script'; script_configuration: { base64_script: string } }
  envs: { name: string; value: string }[]
}

export interface ShadeformApi {
  /** What can be had now. */
  instanceTypes(signal: AbortSignal): Promise<ShadeformInstanceType[]>
  /** The id of the new instance. */
  create(body: CreateBody, signal: AbortSignal): Promise<string>
  /** All instances that are not deleted; Shadeform does not page. */
  instances(signal: AbortSignal): Promise<ShadeformInstance[]>
  /** Null where Shadeform knows no such instance. */
  instance(id: string, signal: AbortSignal): Promise<ShadeformInstance | null>
  /** False where there was none to delete. */
  delete(id: string, signal: AbortSignal): Promise<boolean>
}

interface ShadeformApiOptions {
  provider: string
  baseUrl: string
  apiKey: string
  pacer: Pacer
}

const TIMEOUT_MS = 30_000
/** Shadeform asks the cloud behind it before it answers. */
const CREATE_TIMEOUT_MS = 60_000

const pathOf = (id: string, rest: string): string => `/instances/${encodeURIComponent(id)}/${rest}`

/** Shadeform's API call by call; https://docs.shadeform.ai/api-reference. */
export function createShadeformApi({ provider, baseUrl, apiKey, pacer }: ShadeformApiOptions): ShadeformApi {
  const http = createHttpClient({
    provider,
    baseUrl,
    headers: () => ({ 'x-api-key': apiKey }),
    timeoutMs: TIMEOUT_MS,
    pacer,
    classify: classifyShadeform,
  })

  return {
    async instanceTypes(signal) {
      const call = { method: 'GET', path: '/instances/types', schema: instanceTypesSchema, signal } as const
      return (await http.request({ ...call, query: { available: true } })).instance_types
    },
    async create(body, signal) {
      const call = { method: 'POST', path: '/instances/create', schema: createdSchema, signal } as const
      return (await http.request({ ...call, body, timeoutMs: CREATE_TIMEOUT_MS })).id
    },
    async instances(signal) {
      const call = { method: 'GET', path: '/instances', schema: instancesSchema, signal } as const
      return (await http.request(call)).instances
    },
    instance: (id, signal) =>
      http.requestOrAbsent({ method: 'GET', path: pathOf(id, 'info'), schema: instanceSchema, signal }),
    async delete(id, signal) {
      const answer = await http.requestOrAbsent({
        method: 'POST',
        path: pathOf(id, 'delete'),
        effect: 'repeatable',
        // Why unknown: the answer is a 200 without a body.
        schema: z.unknown(),
        signal,
      })
      return answer !== null
    },
  }
}
