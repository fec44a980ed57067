import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { TERMINAL_CLOSE } from '@berth/contract/pod-access'
import type { Provider } from '@berth/activities/providers/port'
import type { Logger } from 'pino'
import type { DataSource } from 'typeorm'
import { WebSocketServer } from 'ws'
import { findDoor, findLogs } from './find-pod.ts'
import { createLogHub } from './log-hub.ts'
import { serveLogs } from './serve-logs.ts'
import { serveTerminal } from './serve-terminal.ts'
import { testLogin } from './test-login.ts'

const MAX_MESSAGE_BYTES = 64 * 1024
const PATH = /^\/pods\/([\w-]{1,64})\/(logs|terminal|test)$/
const METHODS = { logs: 'GET', terminal: 'GET', test: 'POST' } as const

export interface PodGatewayDeps {
  dataSource: DataSource
  providers: ReadonlyMap<string, Provider>
  /** Our own SSH key, whose public half is in every pod; null means there are no terminals. */
  privateKey: string | null
  /** What the API proves itself with. */
  secret: string
  log: Logger
  /** Milliseconds between two reads of one account's logs. */
  logSpacingMs?: number
}

export interface PodGateway {
  /** False where the request is none of the gateway's. */
  handle: (request: IncomingMessage, response: ServerResponse) => boolean
  upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  close: () => void
}

interface Wanted {
  rentalId: string
  what: keyof typeof METHODS
  query: URLSearchParams
}

/** The way into pods for the API: it has checked whose pod it is, we hold the keys. Reachable inside the installation only. */
export function createPodGateway(deps: PodGatewayDeps): PodGateway {
  const { dataSource, privateKey, log, logSpacingMs } = deps
  const hub = createLogHub({ ...deps, ...(logSpacingMs === undefined ? {} : { spacingMs: logSpacingMs }) })
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES })

  async function answer({ rentalId, what, query }: Wanted, response: ServerResponse): Promise<void> {
    if (what === 'logs') {
      const found = await findLogs(deps, rentalId)
      if (!found.ok) return respond(response, 409, found)
      return serveLogs(response, { hub, pod: found.pod, after: query.get('after') })
    }
    const found = await findDoor(dataSource, rentalId)
    if (!found.ok) return respond(response, 409, found)
    respond(response, 200, await testLogin({ ...found, privateKey }))
  }

  async function openTerminal({ rentalId, query }: Wanted, handshake: Handshake): Promise<void> {
    const found = await findDoor(dataSource, rentalId)
    sockets.handleUpgrade(...handshake, (client) => {
      client.on('error', (error) => log.debug({ err: error, rentalId }, 'a terminal broke'))
      if (!found.ok || privateKey === null)
        return client.close(TERMINAL_CLOSE.notRunning, 'there is no pod to log in to')
      log.info({ rentalId }, 'terminal opened')
      const size = { columns: sizeOf(query.get('columns'), 80), rows: sizeOf(query.get('rows'), 24) }
      void serveTerminal(client, { ...found, privateKey, size })
    })
  }

  const failed = (rentalId: string, giveUp: () => void) => (error: unknown) => {
    log.error({ err: error, rentalId }, 'the pod gateway failed')
    giveUp()
  }

  return {
    handle(request, response) {
      const wanted = wantedOf(request)
      if (!wanted || wanted.what === 'terminal') return false
      const { rentalId, what } = wanted
      const giveUp = (): void => void (response.headersSent ? response.destroy() : respond(response, 500, {}))
      if (!isTrusted(request, deps.secret)) respond(response, 401, {})
      else if (request.method !== METHODS[what]) respond(response, 405, {})
      else answer(wanted, response).catch(failed(rentalId, giveUp))
      return true
    },
    upgrade(request, socket, head) {
      const wanted = wantedOf(request)
      if (wanted?.what !== 'terminal' || !isTrusted(request, deps.secret)) return void socket.destroy()
      const giveUp = (): void => void socket.destroy()
      openTerminal(wanted, [request, socket, head]).catch(failed(wanted.rentalId, giveUp))
    },
    close() {
      hub.close()
      for (const client of sockets.clients) client.close(TERMINAL_CLOSE.restarting, 'the worker restarts')
    },
  }
}

type Handshake = [IncomingMessage, Duplex, Buffer]

function wantedOf({ url = '/' }: IncomingMessage): Wanted | null {
  const { pathname, searchParams } = new URL(url, 'http://worker')
  const [, rentalId, what] = PATH.exec(pathname) ?? []
  return rentalId === undefined ? null : { rentalId, what: what as Wanted['what'], query: searchParams }
}

function isTrusted({ headers }: IncomingMessage, secret: string): boolean {
  const [given, known] = [Buffer.from(headers.authorization ?? ''), Buffer.from(`Bearer ${secret}`)]
  return given.length === known.length && timingSafeEqual(given, known)
}

function sizeOf(text: string | null, otherwise: number): number {
  const size = Number(text)
  return Number.isInteger(size) && size > 0 && size <= 1_000 ? size : otherwise
}

function respond(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
