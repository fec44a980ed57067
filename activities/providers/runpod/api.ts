import { z } from 'zod'
import { createHttpClient } from '../http/client.ts'
import type { ServerSentEvent } from '../http/event-stream.ts'
import type { Pacer } from '../http/pacer.ts'
import { classifyRunPod } from './classify.ts'
import {
  gpuTypesSchema,
  podBillingSchema,
  podSchema,
  podsSchema,
  type RunPodGpuType,
  type RunPodPod,
} from './schema.ts'

export type RunPodCloud = 'SECURE' | 'COMMUNITY'

/** The create body we send; RunPod refuses unknown fields with 422. */
export interface CreatePodBody {
  name: string
  image: string
  /** Always with its count: left out, RunPod answers a misleading "no instances available". */
  gpu: { id: string; count: number }
  cloud: RunPodCloud
  dataCenterIds?: string[]
  /** GB of the container's own file system, lost when the pod stops. */
  disk: number
  mounts: { persistent: { size: number; path: string } }
  ports: string[]
  env: Record<string, string>
}

export interface RunPodApi {
  gpuTypes(query: { count: number; cloud: RunPodCloud }, signal: AbortSignal): Promise<RunPodGpuType[]>
  createPod(body: CreatePodBody, signal: AbortSignal): Promise<RunPodPod>
  /** All pods of the account; RunPod does not page. */
  pods(signal: AbortSignal): Promise<RunPodPod[]>
  /** Null where RunPod knows no such pod. */
  pod(id: string, signal: AbortSignal): Promise<RunPodPod | null>
  /** False where there was none to delete. */
  deletePod(id: string, signal: AbortSignal): Promise<boolean>
  /** Null where RunPod knows no such pod. */
  act(id: string, action: 'start' | 'stop', signal: AbortSignal): Promise<RunPodPod | null>
  /** What the log stream has to say after this instant (or its last lines), until it falls quiet. */
  logEvents(id: string, since: string | null, signal: AbortSignal): Promise<ServerSentEvent[]>
  /** US dollars that the pod has cost over its life. */
  podCostUsd(id: string, signal: AbortSignal): Promise<number>
}

interface RunPodApiOptions {
  provider: string
  baseUrl: string
  apiKey: string
  pacer: Pacer
}

const TIMEOUT_MS = 20_000
/** Placement may look at many hosts before it answers. */
const CREATE_TIMEOUT_MS = 60_000
const LOG_READING = { quietMs: 700, maxEvents: 1_000, maxBytes: 4 * 1024 * 1024 }
/** Calendar years of billing looked back on; older pods than that are none of ours. */
const BILLING_YEARS = 3

const pathOf = (id: string, rest = ''): string => `/pods/${encodeURIComponent(id)}${rest}`

/** RunPod REST v2 call by call; https://docs.runpod.io/api-reference-v2. */
export function createRunPodApi({ provider, baseUrl, apiKey, pacer }: RunPodApiOptions): RunPodApi {
  const http = createHttpClient({
    provider,
    baseUrl,
    headers: () => ({ authorization: `Bearer ${apiKey}` }),
    timeoutMs: TIMEOUT_MS,
    pacer,
    classify: classifyRunPod,
  })

  return {
    async gpuTypes({ count, cloud }, signal) {
      const query = { include: 'AVAILABILITY', product: 'POD', count, cloud }
      return (
        await http.request({ method: 'GET', path: '/catalog/gpus', query, schema: gpuTypesSchema, signal })
      ).gpus
    },
    createPod: (body, signal) =>
      http.request({
        method: 'POST',
        path: '/pods',
        body,
        schema: podSchema,
        signal,
        timeoutMs: CREATE_TIMEOUT_MS,
      }),
    async pods(signal) {
      return (await http.request({ method: 'GET', path: '/pods', schema: podsSchema, signal })).pods
    },
    pod: (id, signal) => http.requestOrAbsent({ method: 'GET', path: pathOf(id), schema: podSchema, signal }),
    async deletePod(id, signal) {
      const call = { method: 'DELETE', path: pathOf(id), schema: z.unknown(), signal } as const
      return (await http.requestOrAbsent(call)) !== null
    },
    act: (id, action, signal) =>
      http.requestOrAbsent({
        method: 'POST',
        path: pathOf(id, '/action'),
        body: { action },
        effect: 'repeatable',
        schema: podSchema,
        signal,
      }),
    async logEvents(id, since, signal) {
      const query = since === null ? { tail: LOG_READING.maxEvents } : { since }
      const call = { method: 'GET', path: pathOf(id, '/logs'), query, signal, reading: LOG_READING } as const
      return (await http.events(call)) ?? []
    },
    async podCostUsd(id, signal) {
      const query = { podId: id, bucketSize: 'year', lastN: BILLING_YEARS }
      const call = { method: 'GET', path: '/billing/pods', query, schema: podBillingSchema, signal } as const
      return (await http.request(call)).metadata.totals.totalAmount
    },
  }
}
