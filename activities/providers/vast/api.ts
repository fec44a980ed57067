import { z } from 'zod'
import { createHttpClient } from '../http/client.ts'
import { ProviderError } from '../provider-error.ts'
import { allPages } from './all-pages.ts'
import { classifyVast, saysAbsent } from './classify.ts'
import type { VastPacers } from './pacers.ts'
import {
  chargesSchema,
  createdSchema,
  instancesSchema,
  offersSchema,
  oneInstanceSchema,
  type VastInstance,
  type VastOffer,
} from './schema.ts'

export interface CreateBody {
  image: string
  /** The marker; Vast keeps 256 characters of it at create. */
  label: string
  /** GB. */
  disk: number
  runtype: 'ssh_direct'
  target_state: 'running'
  /** Refuse rather than make an instance that waits for its GPU. */
  cancel_unavail: true
  /** An object, whatever the vendor document says; "-p 80:80" publishes a port. */
  env: Record<string, string>
  /** At most 4,048 characters, and echoed back: never a secret. */
  onstart: string
  /** US dollars an hour for the whole machine, interruptible only. */
  price?: number
}

export interface VastApi {
  offers(search: Record<string, unknown>, signal: AbortSignal): Promise<VastOffer[]>
  /** The id of the new instance. */
  create(askId: number, body: CreateBody, signal: AbortSignal): Promise<string>
  /** All instances of the account, or those with this label; one call for each 25. */
  instances(signal: AbortSignal, label?: string): Promise<VastInstance[]>
  /** Null where Vast knows no such instance. */
  instance(id: string, signal: AbortSignal): Promise<VastInstance | null>
  /** False where there was none to destroy. */
  destroy(id: string, signal: AbortSignal): Promise<boolean>
  /** False where there is none. */
  manage(id: string, state: 'running' | 'stopped', signal: AbortSignal): Promise<boolean>
  /** US dollars that the instance has cost over its life; 0 before its first charge. */
  costUsd(id: string, signal: AbortSignal): Promise<number>
}

interface VastApiOptions {
  provider: string
  baseUrl: string
  apiKey: string
  pacers: VastPacers
}

const TIMEOUT_MS = 20_000
const CREATE_TIMEOUT_MS = 60_000
const CHARGES_PER_PAGE = 500
/** Charges are looked for so far back; older instances than that are none of ours. */
const CHARGES_DAYS = 400

/** Vast.ai's REST API call by call; https://docs.vast.ai/api-reference. */
export function createVastApi({ provider, baseUrl, apiKey, pacers }: VastApiOptions): VastApi {
  const http = createHttpClient({
    provider,
    baseUrl,
    headers: () => ({ authorization: `Bearer ${apiKey}` }),
    timeoutMs: TIMEOUT_MS,
    pacer: pacers.account,
    classify: classifyVast,
  })

  return {
    async offers(body, signal) {
      const call = { method: 'POST', path: '/api/v0/bundles/', effect: 'none', schema: offersSchema } as const
      return (await http.request({ ...call, body, pacer: pacers.search, signal })).offers
    },
    async create(askId, body, signal) {
      const created = await http.request({
        method: 'PUT',
        path: `/api/v0/asks/${askId}/`,
        body,
        // Why once: a second PUT makes a second instance, or is refused as the ask is taken by our first.
        effect: 'once',
        schema: createdSchema,
        timeoutMs: CREATE_TIMEOUT_MS,
        pacer: pacers.create,
        signal,
      })
      return String(created.new_contract)
    },
    async instances(signal, label) {
      const filters = label === undefined ? undefined : JSON.stringify({ label: { eq: label } })
      const all = await allPages(provider, (token) =>
        http.request({
          method: 'GET',
          path: '/api/v1/instances/',
          query: { limit: 25, after_token: token, select_filters: filters },
          schema: instancesSchema,
          pacer: pacers.list,
          signal,
        }),
      )
      return all.flatMap(({ instances }) => instances)
    },
    async instance(id, signal) {
      const call = { method: 'GET', path: pathOf(id), schema: oneInstanceSchema, pacer: pacers.show } as const
      return (await nullWhereAbsent(http.request({ ...call, signal })))?.instances ?? null
    },
    async destroy(id, signal) {
      const call = { method: 'DELETE', path: pathOf(id), schema: doneSchema, pacer: pacers.destroy } as const
      return (await nullWhereAbsent(http.request({ ...call, signal }))) !== null
    },
    async manage(id, state, signal) {
      const call = { method: 'PUT', path: pathOf(id), schema: doneSchema, pacer: pacers.manage } as const
      return (await nullWhereAbsent(http.request({ ...call, body: { state }, signal }))) !== null
    },
    async costUsd(id, signal) {
      const all = await allPages(provider, (token) =>
        http.request({
          method: 'GET',
          path: '/api/v0/charges/',
          query: { ...chargesQuery(), after_token: token },
          schema: chargesSchema,
          pacer: pacers.charges,
          signal,
        }),
      )
      return (
        all.flatMap(({ results }) => results).find(({ source }) => source === `instance-${id}`)?.amount ?? 0
      )
    },
  }
}

function chargesQuery(): Record<string, string | number | boolean> {
  const nowSeconds = Math.ceil(Date.now() / 1000)
  const day = { gte: nowSeconds - CHARGES_DAYS * 86_400, lte: nowSeconds + 86_400 }
  const filters = JSON.stringify({ day, type: { in: ['instance'] } })
  return { select_filters: filters, limit: CHARGES_PER_PAGE, latest_first: true }
}

/** A 200 may still say that nothing was done. */
const doneSchema = z.object({ success: z.literal(true).optional() })

const pathOf = (id: string): string => `/api/v0/instances/${encodeURIComponent(id)}/`

/** Null for a 404 that speaks of the instance; one that speaks of the key is an error like any other. */
async function nullWhereAbsent<T>(answer: Promise<T>): Promise<T | null> {
  return await answer.catch((error: unknown) => {
    if (error instanceof ProviderError && error.status === 404 && saysAbsent(error.words)) return null
    throw error
  })
}
