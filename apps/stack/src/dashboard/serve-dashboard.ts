import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { firstPageLinks, showsFirstPage } from './first-page-links.ts'
import { createApiProxy } from './proxy.ts'
import { loadStaticFiles, type StaticFile } from './static-files.ts'

export interface DashboardServer {
  port: number
  close: () => Promise<void>
}

export interface DashboardOptions {
  /** The folder `vite build` wrote. */
  folder: string
  /** Absent for a build that answers its own API (mock mode): then even these addresses are the page's. */
  apiUrl?: string
  port: number
  host?: string
}

/** Nuxt UI writes style elements at run time, hence inline styles; scripts come from the build and nowhere else. */
const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: https:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

const securityHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
}

/**
 * Serves the built dashboard and, on the same origin, the API under `/v1`: the session cookie is then first-party and
 * needs no CORS. Unknown paths answer the page itself, because its router knows them.
 */
export async function serveDashboard(options: DashboardOptions): Promise<DashboardServer> {
  const { folder, apiUrl, port, host = '127.0.0.1' } = options
  const files = await loadStaticFiles(folder)
  const page = files.get('/index.html')
  if (!page) throw new Error(`${folder} holds no index.html: build the dashboard first.`)
  const firstPage = { ...page, headers: { ...page.headers, link: await firstPageLinks(folder) } }
  const proxy = apiUrl === undefined ? undefined : createApiProxy(apiUrl)

  const fileAt = (path: string): StaticFile | undefined =>
    showsFirstPage(path) ? firstPage : (files.get(path) ?? pageFor(path, page))

  const server = createServer((request, response) => {
    const path = pathOf(request)
    if (proxy && isApi(path)) proxy.forward(request, response)
    else serveFile({ request, response, file: fileAt(path) })
  })
  server.on('upgrade', (request, socket, head) => {
    if (proxy && isApi(pathOf(request))) proxy.upgrade(request, socket, head)
    else socket.destroy()
  })
  server.listen(port, host)
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

function isApi(path: string): boolean {
  return path === '/v1' || path.startsWith('/v1/')
}

function pathOf(request: IncomingMessage): string {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
  return path === '/' ? '/index.html' : path
}

/** A missing asset must be a 404: a page in its place would be run as a script. */
function pageFor(path: string, page: StaticFile): StaticFile | undefined {
  const lastSegment = path.slice(path.lastIndexOf('/') + 1)
  return path.startsWith('/assets/') || /\.[a-z0-9]{2,5}$/.test(lastSegment) ? undefined : page
}

function serveFile(options: {
  request: IncomingMessage
  response: ServerResponse
  file: StaticFile | undefined
}): void {
  const { request, response, file } = options
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { ...securityHeaders, allow: 'GET, HEAD' }).end()
    return
  }
  if (!file) {
    response
      .writeHead(404, { ...securityHeaders, 'content-type': 'text/plain; charset=utf-8' })
      .end('Not found\n')
    return
  }
  const headers = { ...securityHeaders, ...file.headers }
  if (request.headers['if-none-match'] === file.headers.etag) {
    response.writeHead(304, headers).end()
    return
  }
  const { body, encoding } = chooseEncoding(request, file)
  response.writeHead(200, { ...headers, ...encoding, 'content-length': body.length })
  response.end(request.method === 'HEAD' ? undefined : body)
}

function chooseEncoding(
  request: IncomingMessage,
  file: StaticFile,
): { body: Buffer; encoding: Record<string, string> } {
  const accepted = String(request.headers['accept-encoding'] ?? '')
  if (file.brotli && /\bbr\b/.test(accepted))
    return { body: file.brotli, encoding: { 'content-encoding': 'br' } }
  if (file.gzip && /\bgzip\b/.test(accepted))
    return { body: file.gzip, encoding: { 'content-encoding': 'gzip' } }
  return { body: file.plain, encoding: {} }
}
