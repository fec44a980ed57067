import { z } from 'zod'
import { createHttpClient, type HttpClient } from '../http/client.ts'
import type { Pacer } from '../http/pacer.ts'
import { classifyHyperstack, statusOfHyperstack } from './classify.ts'
import { everyPage } from './every-page.ts'
import * as schema from './schema.ts'

export interface SecurityRule {
  direction: 'ingress'
  ethertype: 'IPv4'
  protocol: 'tcp'
  remote_ip_prefix: string
  port_range_min: number
  port_range_max: number
}

export interface CreateVmBody {
  /** The marker; at most 50 characters, unique among the machines of the account. */
  name: string
  environment_name: string
  flavor_name: string
  image_name: string
  /** Of a key pair registered in that environment. */
  key_name: string
  count: 1
  assign_floating_ip: true
  /** True, which is the default, would move SSH to a port that the API does not tell. */
  enable_port_randomization: false
  /** What is not let in here stays out. */
  security_rules: SecurityRule[]
  user_data: string
}

/** Orders to one machine. All are sent by GET and have their effect each time. */
export type PowerOrder = 'hibernate' | 'hibernate-restore' | 'start'

interface HyperstackApiOptions {
  provider: string
  baseUrl: string
  apiKey: string
  pacer: Pacer
}

const TIMEOUT_MS = 20_000
const CREATE_TIMEOUT_MS = 60_000
/** Before any machine of ours; without a start the bill is that of the running billing cycle alone. */
const BILLED_SINCE = '2024-01-01T00:00:00'

const VMS = '/core/virtual-machines'
const pathOf = (id: string, rest = ''): string => `${VMS}/${encodeURIComponent(id)}${rest}`

export type HyperstackApi = ReturnType<typeof createHyperstackApi>

/** Hyperstack's Infrahub API call by call; https://docs.hyperstack.cloud/docs/api-reference. */
export function createHyperstackApi({ provider, baseUrl, apiKey, pacer }: HyperstackApiOptions) {
  const http = createHttpClient({
    provider,
    baseUrl,
    headers: () => ({ api_key: apiKey }),
    timeoutMs: TIMEOUT_MS,
    pacer,
    classify: classifyHyperstack,
    statusOf: statusOfHyperstack,
  })
  return { ...catalogCalls(http), ...environmentCalls(http), ...vmCalls(http) }
}

function catalogCalls(http: HttpClient) {
  const get = <T>(path: string, as: z.ZodType<T>, signal: AbortSignal, query = {}): Promise<T> =>
    http.request({ method: 'GET', path, query, schema: as, signal })

  return {
    async flavors(signal: AbortSignal) {
      return (await get('/core/flavors', schema.flavorsSchema, signal)).data.flatMap(({ flavors }) => flavors)
    },
    /** None where Hyperstack has nothing to tell, which it says by 404. */
    async stocks(signal: AbortSignal): Promise<schema.HyperstackStocks> {
      const call = { method: 'GET', path: '/core/stocks', schema: schema.stocksSchema, signal } as const
      return (await http.requestOrAbsent(call))?.stocks ?? []
    },
    prices: (signal: AbortSignal) => get('/pricebook', schema.pricebookSchema, signal),
    async images(signal: AbortSignal) {
      return (await get('/core/images', schema.imagesSchema, signal, { include_public: true })).images
    },
  }
}

function environmentCalls(http: HttpClient) {
  /** Why repeatable: names are unique, so a second one is refused, and the first one is what was wanted. */
  async function registerOnce(path: string, body: unknown, signal: AbortSignal): Promise<void> {
    await http.request({ method: 'POST', path, body, effect: 'repeatable', schema: z.unknown(), signal })
  }

  return {
    environments: (signal: AbortSignal) =>
      everyPage({ http, path: '/core/environments', schema: schema.environmentsSchema, signal }),
    addEnvironment: (environment: { name: string; region: string }, signal: AbortSignal) =>
      registerOnce('/core/environments', environment, signal),
    keypairs: (signal: AbortSignal) =>
      everyPage({ http, path: '/core/keypairs', schema: schema.keypairsSchema, signal }),
    addKeypair: (
      keypair: { name: string; environment_name: string; public_key: string },
      signal: AbortSignal,
    ) => registerOnce('/core/keypairs', keypair, signal),
  }
}

function vmCalls(http: HttpClient) {
  return {
    async createVm(body: CreateVmBody, signal: AbortSignal): Promise<schema.HyperstackVm> {
      const call = { method: 'POST', path: VMS, body, schema: schema.createdVmSchema, signal } as const
      return (await http.request({ ...call, timeoutMs: CREATE_TIMEOUT_MS })).instances[0]
    },
    /** All machines of the account. */
    vms: (signal: AbortSignal) => everyPage({ http, path: VMS, schema: schema.vmsSchema, signal }),
    /** Null where Hyperstack knows no such machine. */
    async vm(id: string, signal: AbortSignal): Promise<schema.HyperstackVm | null> {
      const call = { method: 'GET', path: pathOf(id), schema: schema.oneVmSchema, signal } as const
      return (await http.requestOrAbsent(call))?.instance ?? null
    },
    /** False where there was none to delete. */
    async deleteVm(id: string, signal: AbortSignal): Promise<boolean> {
      const call = { method: 'DELETE', path: pathOf(id), schema: z.unknown(), signal } as const
      return (await http.requestOrAbsent(call)) !== null
    },
    /** False where Hyperstack knows no such machine. Accepted is not done: the machine says so by its status. */
    async order(id: string, order: PowerOrder, signal: AbortSignal): Promise<boolean> {
      const path = pathOf(id, `/${order}`)
      // Why said here: it is a GET, and yet not a read.
      const call = { method: 'GET', path, effect: 'repeatable', schema: z.unknown(), signal } as const
      return (await http.requestOrAbsent(call)) !== null
    },
    /** US dollars for the whole life of a machine; none for one that was never billed. */
    async billsUsd(id: string, signal: AbortSignal): Promise<number[]> {
      const path = `/billing/billing/history/virtual-machine/${encodeURIComponent(id)}`
      const query = { start_date: BILLED_SINCE }
      const call = { method: 'GET', path, query, schema: schema.vmBillSchema, signal } as const
      const bill = await http.requestOrAbsent(call)
      return (bill?.billing_history_vm_details.billing_history ?? []).map(
        ({ metrics }) => metrics.incurred_bill,
      )
    },
  }
}
