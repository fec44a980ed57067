import { createServer, type Server } from 'node:http'

/** `GET /ready`: 200 once every worker polls, 503 before and while shutting down. */
export function startHealthServer(options: {
  host: string
  port: number
  isReady: () => boolean
}): Promise<Server> {
  const server = createServer((request, response) => {
    const known = request.url === '/ready' || request.url === '/health'
    const ready = request.url === '/health' || options.isReady()
    response.writeHead(known ? (ready ? 200 : 503) : 404, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ ready }))
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, () => resolve(server))
  })
}
