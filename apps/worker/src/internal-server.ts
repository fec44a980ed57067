import { createServer, type Server } from 'node:http'
import type { PodGateway } from './pod-gateway/pod-gateway.ts'

/**
 * What the worker answers inside the installation: `GET /ready` (200 once every worker polls, 503 before and while shutting
 * down), `GET /health`, and the pod gateway for the API.
 */
export function startInternalServer(options: {
  host: string
  port: number
  isReady: () => boolean
  gateway: PodGateway
}): Promise<Server> {
  const { gateway, isReady } = options
  const server = createServer((request, response) => {
    if (gateway.handle(request, response)) return
    const known = request.url === '/ready' || request.url === '/health'
    const ready = request.url === '/health' || isReady()
    response.writeHead(known ? (ready ? 200 : 503) : 404, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ ready }))
  })
  server.on('upgrade', gateway.upgrade)
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, () => resolve(server))
  })
}
