import { type IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { TERMINAL_CLOSE } from '@berth/contract/pod-access'
import { DomainError } from '@berth/contract/errors'
import type { Request, RequestHandler, Response } from 'express'
import type { Logger } from 'pino'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import { type Authenticate, requireUser, type SignedInUser } from '../../http/authenticate.ts'
import { problem, toProblem } from '../../http/problem.ts'
import type { LiveStreams, AccessWatch } from '../events/live-streams.ts'
import type { RentalQueries } from '../rentals/rental-queries.ts'
import type { PodGatewayClient } from './pod-gateway-client.ts'

const PATH = /^\/v1\/rentals\/([\w-]{1,64})\/terminal$/
const MAX_MESSAGE_BYTES = 64 * 1024
/** A browser that reads slower than this is let go: its page asks again. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024

interface TerminalDeps {
  /** The only page that may open one: browsers send cookies with WebSockets of any site. */
  publicOrigin: string
  sessionMiddleware: RequestHandler
  authenticate: Authenticate
  queries: RentalQueries
  gateway: PodGatewayClient
  streams: LiveStreams
  access: AccessWatch
  log: Logger
}

export type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

/**
 * `GET /v1/rentals/:id/terminal` as a WebSocket: the renter's session opens it and ends it, the key to the pod stays with
 * the worker. We only pass messages on.
 */
export function createTerminals(deps: TerminalDeps): { upgrade: UpgradeListener; close: () => void } {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES })
  return {
    upgrade(raw, socket, head) {
      const request = raw as Request
      admit(deps, request).then(
        ({ user, rentalId, size }) =>
          sockets.handleUpgrade(request, socket, head, (client) => {
            const { access, streams, gateway, log } = deps
            streams.add(streamOf(client), { userId: user.id, ...access.of(request) })
            passOn(client, gateway.terminal(rentalId, size), log)
          }),
        (error: unknown) => refuse(socket, error, deps.log),
      )
    },
    close() {
      for (const client of sockets.clients) client.close(TERMINAL_CLOSE.restarting, 'the API restarts')
    },
  }
}

/** Who it is, whose pod it is, and from which page they come; throws what a plain request would be answered. */
async function admit(deps: TerminalDeps, request: Request) {
  const url = new URL(request.url, deps.publicOrigin)
  const [, rentalId] = PATH.exec(url.pathname) ?? []
  if (rentalId === undefined) throw problem('not_found', 'There is no such route.')
  if (request.headers.origin !== deps.publicOrigin)
    throw problem('origin_refused', 'Terminals open from the dashboard only.')
  await withSession(deps.sessionMiddleware, request)
  const user: SignedInUser = await requireUser(deps.authenticate, request)
  const rental = await deps.queries.find(user, rentalId)
  if (!deps.streams.hasRoom(user.id))
    throw problem('rate_limited', 'Too many live connections of yours are open.')
  const number = (name: string, otherwise: number): number => Number(url.searchParams.get(name)) || otherwise
  return { user, rentalId: rental.id, size: { columns: number('columns', 80), rows: number('rows', 24) } }
}

/** The session only reads here: there is no answer in which a cookie could be set. */
function withSession(middleware: RequestHandler, request: Request): Promise<void> {
  const neverSent = new ServerResponse(request) as Response
  return new Promise((resolve, reject) => {
    void middleware(request, neverSent, (error: unknown) => (error ? reject(error) : resolve()))
  })
}

const streamOf = (client: WebSocket) => ({
  close: () => client.close(TERMINAL_CLOSE.signedOut, 'the session has ended'),
  onClose: (listener: () => void) => void client.on('close', listener),
})

/** Both ways until either closes; what was said before the pod answered is kept for it. */
function passOn(client: WebSocket, pod: WebSocket, log: Logger): void {
  const early: [RawData, boolean][] = []
  const forward = (data: RawData, isBinary: boolean): void => {
    if (pod.readyState === pod.OPEN) pod.send(data, { binary: isBinary })
    else if (early.length < 100) early.push([data, isBinary])
  }
  client.on('message', forward)
  pod.on('open', () => {
    for (const [data, isBinary] of early) pod.send(data, { binary: isBinary })
  })
  pod.on('message', (data: RawData, isBinary: boolean) => {
    if (client.bufferedAmount > MAX_BUFFERED_BYTES) client.terminate()
    else client.send(data, { binary: isBinary })
  })
  pod.on('error', (error) => {
    log.warn({ err: error }, 'the pod gateway did not open a terminal')
    client.close(TERMINAL_CLOSE.gatewayDown, 'the part of Berth that reaches pods does not answer')
  })
  pod.on('close', (code, reason) => client.close(closable(code), reason.toString('utf8')))
  client.on('error', (error) => log.debug({ err: error }, 'a terminal broke'))
  client.on('close', () => pod.close())
}

/** Codes that say how a connection broke must not be sent. */
const closable = (code: number): number =>
  code === 1000 || code === 1001 || (code >= 4000 && code < 5000) ? code : TERMINAL_CLOSE.lost

function refuse(socket: Duplex, error: unknown, log: Logger): void {
  const { body, ours } = toProblem(error, { instance: '/v1', requestId: 'terminal' })
  if (ours && !(error instanceof DomainError)) log.error({ err: error }, 'a terminal could not be opened')
  const text = JSON.stringify(body)
  socket.end(
    `HTTP/1.1 ${body.status} ${body.title}\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
  )
}
