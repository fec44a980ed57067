import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { type LogNews, type PodRefusal, podGatewayPaths, type PodTest } from '@berth/contract/pod-gateway'
import { WebSocket } from 'ws'
import { problem } from '../../http/problem.ts'

/** Logging in to a pod may take ten seconds; the gateway's own limits are shorter than this. */
const TIMEOUT_MS = 20_000

export interface PodGatewayClient {
  /** Throws the problems of a pod that is not there, or of a worker that does not answer. */
  test: (rentalId: string) => Promise<PodTest>
  /** News of the pod's log after this line, until the signal or the worker ends it. */
  logs: (rentalId: string, after: string | null, signal: AbortSignal) => Promise<AsyncIterable<LogNews>>
  /** Connecting when it is handed out. */
  terminal: (rentalId: string, size: { columns: number; rows: number }) => WebSocket
}

/** The worker's pod gateway as the API calls it. Who calls has checked whose pod it is. */
export function createPodGatewayClient({ url, secret }: { url: string; secret: string }): PodGatewayClient {
  const headers = { authorization: `Bearer ${secret}` }

  async function call(path: string, init: RequestInit): Promise<Response> {
    const response = await fetch(`${url}${path}`, { ...init, headers }).catch((error: unknown) => {
      throw problem('pods_unreachable', UNREACHABLE, { cause: error })
    })
    if (response.ok) return response
    throw response.status === 409
      ? refusalOf((await response.json()) as PodRefusal)
      : problem('pods_unreachable', UNREACHABLE)
  }

  return {
    async test(rentalId) {
      const signal = AbortSignal.timeout(TIMEOUT_MS)
      const response = await call(podGatewayPaths.test(rentalId), { method: 'POST', signal })
      return (await response.json()) as PodTest
    },
    async logs(rentalId, after, signal) {
      const query = after === null ? '' : `?${new URLSearchParams({ after })}`
      const { body } = await call(`${podGatewayPaths.logs(rentalId)}${query}`, { signal })
      return newsOf(body as ReadableStream)
    },
    terminal(rentalId, { columns, rows }) {
      const address = new URL(`${url}${podGatewayPaths.terminal(rentalId)}`)
      address.protocol = address.protocol.replace('http', 'ws')
      address.search = new URLSearchParams({ columns: String(columns), rows: String(rows) }).toString()
      return new WebSocket(address, { headers, handshakeTimeout: TIMEOUT_MS })
    },
  }
}

const UNREACHABLE =
  'The part of Berth that reaches pods does not answer. Your pod is not affected; try again in a moment.'

function refusalOf({ refused }: PodRefusal) {
  return refused === 'no_logs'
    ? problem('no_logs', 'This provider shows no logs of its pods. Log in to read them there.')
    : problem('pod_not_running', 'There is no pod to look into: it is not running yet, or not any more.')
}

async function* newsOf(body: ReadableStream): AsyncIterable<LogNews> {
  for await (const line of createInterface({ input: Readable.fromWeb(body), crlfDelay: Infinity })) {
    if (line !== '') yield JSON.parse(line) as LogNews
  }
}
