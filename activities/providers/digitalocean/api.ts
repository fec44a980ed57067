import { z } from 'zod'
import { createHttpClient } from '../http/client.ts'
import type { Pacer } from '../http/pacer.ts'
import { classifyDigitalOcean } from './classify.ts'
import {
  actionsSchema,
  type DigitalOceanDroplet,
  type DigitalOceanSize,
  dropletsSchema,
  oneDropletSchema,
  sizesSchema,
} from './schema.ts'

export interface CreateDropletBody {
  name: string
  region: string
  size: string
  image: string
  user_data: string
}

export interface DigitalOceanApi {
  /** Every size, those without a GPU included. */
  sizes(signal: AbortSignal): Promise<DigitalOceanSize[]>
  createDroplet(body: CreateDropletBody, signal: AbortSignal): Promise<DigitalOceanDroplet>
  /** All GPU Droplets of the account. */
  gpuDroplets(signal: AbortSignal): Promise<DigitalOceanDroplet[]>
  /** Null where DigitalOcean knows no such droplet. */
  droplet(id: string, signal: AbortSignal): Promise<DigitalOceanDroplet | null>
  /** False where there was none to destroy. */
  destroyDroplet(id: string, signal: AbortSignal): Promise<boolean>
  /** False where there is no such droplet. Accepted is not done: the droplet says so by its status. */
  act(id: string, type: PowerAction, signal: AbortSignal): Promise<boolean>
  /** Whether an event of this kind is under way. */
  isUnderWay(id: string, type: PowerAction, signal: AbortSignal): Promise<boolean>
}

export type PowerAction = 'power_on' | 'shutdown'

interface DigitalOceanApiOptions {
  provider: string
  baseUrl: string
  apiKey: string
  pacer: Pacer
}

const TIMEOUT_MS = 20_000
const CREATE_TIMEOUT_MS = 60_000
/** The most that one page may hold. */
const PAGE_SIZE = 200
/** More pages than any account fills; a list without an end is a fault out there. */
const MOST_PAGES = 100

const pathOf = (id: string, rest = ''): string => `/droplets/${encodeURIComponent(id)}${rest}`

/** DigitalOcean's API v2 call by call; https://docs.digitalocean.com/reference/api. */
export function createDigitalOceanApi(options: DigitalOceanApiOptions): DigitalOceanApi {
  const { provider, baseUrl, apiKey, pacer } = options
  const http = createHttpClient({
    provider,
    baseUrl,
    headers: () => ({ authorization: `Bearer ${apiKey}` }),
    timeoutMs: TIMEOUT_MS,
    pacer,
    classify: classifyDigitalOcean,
  })

  /** Pages by number, since a link would have to be trusted with the token. */
  async function everyPage<T extends Paged>({
    path,
    schema,
    filter = {},
    signal,
  }: EveryPage<T>): Promise<T[]> {
    const pages: T[] = []
    for (let page = 1; page <= MOST_PAGES; page += 1) {
      const query = { ...filter, page, per_page: PAGE_SIZE }
      const answer = await http.request({ method: 'GET', path, query, schema, signal })
      pages.push(answer)
      if (answer.links?.pages?.next === undefined) break
    }
    return pages
  }

  return {
    async sizes(signal) {
      const pages = await everyPage({ path: '/sizes', schema: sizesSchema, signal })
      return pages.flatMap(({ sizes }) => sizes)
    },
    async createDroplet(body, signal) {
      const call = { method: 'POST', path: '/droplets', body, schema: oneDropletSchema, signal } as const
      return (await http.request({ ...call, timeoutMs: CREATE_TIMEOUT_MS })).droplet
    },
    async gpuDroplets(signal) {
      // Why not by tag: without `type` GPU Droplets are left out, and the two filters exclude each other.
      const filter = { type: 'gpus' }
      const pages = await everyPage({ path: '/droplets', schema: dropletsSchema, filter, signal })
      return pages.flatMap(({ droplets }) => droplets)
    },
    async droplet(id, signal) {
      const call = { method: 'GET', path: pathOf(id), schema: oneDropletSchema, signal } as const
      return (await http.requestOrAbsent(call))?.droplet ?? null
    },
    async destroyDroplet(id, signal) {
      const call = { method: 'DELETE', path: pathOf(id), schema: z.unknown(), signal } as const
      return (await http.requestOrAbsent(call)) !== null
    },
    async act(id, type, signal) {
      const answer = await http.requestOrAbsent({
        method: 'POST',
        path: pathOf(id, '/actions'),
        body: { type },
        effect: 'repeatable',
        schema: z.unknown(),
        signal,
      })
      return answer !== null
    },
    async isUnderWay(id, type, signal) {
      const call = { method: 'GET', path: pathOf(id, '/actions'), schema: actionsSchema, signal } as const
      const actions = (await http.requestOrAbsent(call))?.actions ?? []
      return actions.some((action) => action.type === type && action.status === 'in-progress')
    },
  }
}

type Paged = z.infer<typeof sizesSchema> | z.infer<typeof dropletsSchema>

interface EveryPage<T> {
  path: string
  schema: z.ZodType<T>
  filter?: Record<string, string>
  signal: AbortSignal
}
