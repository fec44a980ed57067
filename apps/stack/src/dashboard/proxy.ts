import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { type Duplex, pipeline } from 'node:stream'

export interface ApiProxy {
  forward: (request: IncomingMessage, response: ServerResponse) => void
  /** A WebSocket: the two sockets are joined and nothing in them is read. */
  upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
}

/**
 * Hands requests to the API as they come and streams the answer back byte by byte, so that server-sent events arrive
 * when they happen.
 */
export function createApiProxy(apiUrl: string): ApiProxy {
  const target = new URL(apiUrl)

  const open = (request: IncomingMessage): ReturnType<typeof httpRequest> =>
    httpRequest({
      host: target.hostname,
      port: target.port,
      method: request.method,
      path: request.url,
      headers: {
        ...request.headers,
        'x-forwarded-for': request.socket.remoteAddress ?? '',
        'x-forwarded-host': request.headers.host ?? '',
        'x-forwarded-proto': 'http',
      },
    })

  return {
    forward: (request, response) => {
      const outgoing = open(request)
      outgoing.once('response', (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        // Why: an event stream must reach the browser before its first event does.
        response.flushHeaders()
        // Why not plainly piped: an answer that breaks off must break off for the browser, too, which else waits on for its end.
        pipeline(answer, response, () => undefined)
      })
      outgoing.once('error', () => answerUnavailable(response))
      response.once('close', () => outgoing.destroy())
      request.pipe(outgoing)
    },
    upgrade: (request, socket, head) => {
      const outgoing = open(request)
      socket.once('error', () => outgoing.destroy())
      outgoing.once('error', () => socket.destroy())
      outgoing.once('response', (answer) => {
        socket.end(`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}\r\nconnection: close\r\n\r\n`)
        answer.destroy()
      })
      outgoing.once('upgrade', (answer, upstream, upstreamHead) => {
        socket.write(`HTTP/1.1 101 Switching Protocols\r\n${rawHeaderLines(answer)}\r\n\r\n`)
        socket.write(upstreamHead)
        upstream.write(head)
        upstream.once('error', () => socket.destroy())
        socket.once('error', () => upstream.destroy())
        upstream.pipe(socket).pipe(upstream)
      })
      outgoing.end()
    },
  }
}

function answerUnavailable(response: ServerResponse): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const problem = {
    type: 'about:blank',
    title: 'Bad Gateway',
    status: 502,
    code: 'api_unreachable',
    detail: 'The API does not answer. It may be starting; try again in a moment.',
  }
  response.writeHead(502, { 'content-type': 'application/problem+json', 'retry-after': '2' })
  response.end(JSON.stringify(problem))
}

function rawHeaderLines({ rawHeaders }: IncomingMessage): string {
  const lines: string[] = []
  for (let index = 0; index < rawHeaders.length; index += 2)
    lines.push(`${rawHeaders[index]}: ${rawHeaders[index + 1]}`)
  return lines.join('\r\n')
}
