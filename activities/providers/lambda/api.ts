import { z } from 'zod'
import { createHttpClient } from '../http/client.ts'
import type { Pacer } from '../http/pacer.ts'
import { classifyLambda } from './classify.ts'
import {
  catalogSchema,
  instancesSchema,
  type LambdaCatalogItem,
  type LambdaInstance,
  launchedSchema,
  oneInstanceSchema,
  sshKeysSchema,
} from './schema.ts'

export interface LaunchBody {
  region_name: string
  instance_type_name: string
  /** Exactly one. */
  ssh_key_names: [string]
  name: string
  user_data: string
}

export interface LambdaApi {
  catalog(signal: AbortSignal): Promise<LambdaCatalogItem[]>
  /** The id of the new instance. */
  launch(body: LaunchBody, signal: AbortSignal): Promise<string>
  /** All instances of the account; Lambda does not page. */
  instances(signal: AbortSignal): Promise<LambdaInstance[]>
  /** Null where Lambda knows no such instance. */
  instance(id: string, signal: AbortSignal): Promise<LambdaInstance | null>
  /** False where there was none to terminate. */
  terminate(id: string, signal: AbortSignal): Promise<boolean>
  sshKeyNames(signal: AbortSignal): Promise<string[]>
  addSshKey(key: { name: string; public_key: string }, signal: AbortSignal): Promise<void>
}

interface LambdaApiOptions {
  provider: string
  baseUrl: string
  apiKey: string
  pacer: Pacer
  launchPacer: Pacer
}

const TIMEOUT_MS = 20_000
/** A launch looks for a machine before it answers. */
const LAUNCH_TIMEOUT_MS = 60_000

/** Lambda's Cloud API call by call; https://docs.lambda.ai/api/cloud. */
export function createLambdaApi({
  provider,
  baseUrl,
  apiKey,
  pacer,
  launchPacer,
}: LambdaApiOptions): LambdaApi {
  const http = createHttpClient({
    provider,
    baseUrl,
    headers: () => ({ authorization: `Bearer ${apiKey}` }),
    timeoutMs: TIMEOUT_MS,
    pacer,
    classify: classifyLambda,
  })

  return {
    async catalog(signal) {
      const call = { method: 'GET', path: '/instance-types', schema: catalogSchema, signal } as const
      return Object.values((await http.request(call)).data)
    },
    async launch(body, signal) {
      const { data } = await http.request({
        method: 'POST',
        path: '/instance-operations/launch',
        body,
        schema: launchedSchema,
        signal,
        timeoutMs: LAUNCH_TIMEOUT_MS,
        pacer: launchPacer,
      })
      return data.instance_ids[0]
    },
    async instances(signal) {
      return (await http.request({ method: 'GET', path: '/instances', schema: instancesSchema, signal })).data
    },
    async instance(id, signal) {
      const path = `/instances/${encodeURIComponent(id)}`
      return (
        (await http.requestOrAbsent({ method: 'GET', path, schema: oneInstanceSchema, signal }))?.data ?? null
      )
    },
    async terminate(id, signal) {
      const answer = await http.requestOrAbsent({
        method: 'POST',
        path: '/instance-operations/terminate',
        body: { instance_ids: [id] },
        effect: 'repeatable',
        schema: z.unknown(),
        signal,
      })
      return answer !== null
    },
    async sshKeyNames(signal) {
      const call = { method: 'GET', path: '/ssh-keys', schema: sshKeysSchema, signal } as const
      return (await http.request(call)).data.map(({ name }) => name)
    },
    async addSshKey(body, signal) {
      // Why repeatable: names are unique, so a second one is refused as a duplicate.
      const call = { method: 'POST', path: '/ssh-keys', effect: 'repeatable', schema: z.unknown() } as const
      await http.request({ ...call, body, signal })
    },
  }
}
