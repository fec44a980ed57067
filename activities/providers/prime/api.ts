import { z } from 'zod'
import { createHttpClient, type HttpClient } from '../http/client.ts'
import type { Pacer } from '../http/pacer.ts'
import { ProviderError } from '../provider-error.ts'
import { classifyPrime } from './classify.ts'
import {
  addedKeySchema,
  availabilitySchema,
  historySchema,
  podSchema,
  podsSchema,
  type PrimeOffer,
  type PrimePod,
  type PrimeSshKey,
  sshKeysSchema,
} from './schema.ts'

/** The create body we send; what the offer does not say is left out. */
export interface CreatePodBody {
  pod: {
    name: string
    cloudId: string
    gpuType: string
    socket: string
    gpuCount: number
    diskSize?: number
    vcpus?: number
    memory?: number
    image?: string
    dataCenterId?: string
    country?: string
    security?: string
    envVars: { key: string; value: string }[]
    sshKeyId: string
    autoRestart: false
  }
  provider: { type: string }
}

export interface PrimeApi {
  /** Everything on the marketplace, what is sold out among it. */
  offers(signal: AbortSignal): Promise<PrimeOffer[]>
  createPod(body: CreatePodBody, signal: AbortSignal): Promise<PrimePod>
  /** All pods of the account. */
  pods(signal: AbortSignal): Promise<PrimePod[]>
  /** Null where Prime knows no such pod. */
  pod(id: string, signal: AbortSignal): Promise<PrimePod | null>
  /** US dollars that an ended pod was billed in all; null where the history does not have it. */
  billedUsd(id: string, signal: AbortSignal): Promise<number | null>
  /** False where there was none to delete. */
  deletePod(id: string, signal: AbortSignal): Promise<boolean>
  /** The id of the new key. */
  addSshKey(key: { name: string; publicKey: string }, signal: AbortSignal): Promise<string>
  sshKeys(signal: AbortSignal): Promise<PrimeSshKey[]>
  deleteSshKey(id: string, signal: AbortSignal): Promise<void>
}

interface PrimeApiOptions {
  provider: string
  baseUrl: string
  apiKey: string
  pacer: Pacer
}

const TIMEOUT_MS = 30_000
/** Prime asks the cloud behind it before it answers. */
const CREATE_TIMEOUT_MS = 90_000
const PAGE_SIZE = 100
/** A list that never ends is a mistake of somebody's; ten thousand pods or offers are more than there are. */
const MOST_PAGES = 100

const podPath = (id: string): string => `/pods/${encodeURIComponent(id)}`

/**
 * Prime Intellect's API call by call; https://docs.primeintellect.ai/api-reference. Collections end in a slash: without it
 * they answer with a redirect, which is not followed.
 */
export function createPrimeApi({ provider, baseUrl, apiKey, pacer }: PrimeApiOptions): PrimeApi {
  const http = createHttpClient({
    provider,
    baseUrl,
    headers: () => ({ authorization: `Bearer ${apiKey}` }),
    timeoutMs: TIMEOUT_MS,
    pacer,
    classify: classifyPrime,
  })

  return {
    offers: (signal) =>
      allPages(provider, async (page) => {
        const query = { page: page + 1, page_size: PAGE_SIZE }
        const call = {
          method: 'GET',
          path: '/availability/gpus',
          schema: availabilitySchema,
          signal,
        } as const
        const { items, totalCount } = await http.request({ ...call, query })
        return { items, total: totalCount }
      }),
    createPod: (body, signal) =>
      http.request({
        method: 'POST',
        path: '/pods/',
        body,
        schema: podSchema,
        signal,
        timeoutMs: CREATE_TIMEOUT_MS,
      }),
    pods: (signal) =>
      allPages(provider, async (page) => {
        const query = { offset: page * PAGE_SIZE, limit: PAGE_SIZE }
        const call = { method: 'GET', path: '/pods/', schema: podsSchema, signal } as const
        const { data, total_count: total } = await http.request({ ...call, query })
        return { items: data, total }
      }),
    pod: (id, signal) =>
      http.requestOrAbsent({ method: 'GET', path: podPath(id), schema: podSchema, signal }),
    async billedUsd(id, signal) {
      const ended = await allPages(provider, async (page) => {
        const query = { offset: page * PAGE_SIZE, limit: PAGE_SIZE }
        const call = { method: 'GET', path: '/pods/history', schema: historySchema, signal } as const
        const { data, total_count: total } = await http.request({ ...call, query })
        return { items: data, total }
      })
      return ended.find((pod) => pod.id === id)?.totalBilledPrice ?? null
    },
    async deletePod(id, signal) {
      const call = { method: 'DELETE', path: podPath(id), schema: z.unknown(), signal } as const
      return (await http.requestOrAbsent(call)) !== null
    },
    ...keyCalls(http, provider),
  }
}

function keyCalls(
  http: HttpClient,
  provider: string,
): Pick<PrimeApi, 'addSshKey' | 'sshKeys' | 'deleteSshKey'> {
  return {
    async addSshKey(body, signal) {
      // Why repeatable: a key more is no pod more, and keys nobody needs are swept out.
      const call = {
        method: 'POST',
        path: '/ssh_keys/',
        effect: 'repeatable',
        schema: addedKeySchema,
      } as const
      return (await http.request({ ...call, body, signal })).id
    },
    sshKeys: (signal) =>
      allPages(provider, async (page) => {
        const query = { offset: page * PAGE_SIZE, limit: PAGE_SIZE }
        const call = { method: 'GET', path: '/ssh_keys/', schema: sshKeysSchema, signal } as const
        const { data } = await http.request({ ...call, query })
        // Why: two spellings of the total are in use; a page that is not full is the last in either.
        return { items: data, total: data.length < PAGE_SIZE ? 0 : Number.POSITIVE_INFINITY }
      }),
    async deleteSshKey(id, signal) {
      const path = `/ssh_keys/${encodeURIComponent(id)}`
      await http.requestOrAbsent({ method: 'DELETE', path, schema: z.unknown(), signal })
    },
  }
}

interface Page<T> {
  items: T[]
  total: number
}

async function allPages<T>(provider: string, read: (page: number) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = []
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { items, total } = await read(page)
    all.push(...items)
    if (items.length === 0 || all.length >= total) return all
  }
  const words = `a list did not end after ${MOST_PAGES} pages`
  throw new ProviderError({ provider, kind: 'protocol', words })
}
