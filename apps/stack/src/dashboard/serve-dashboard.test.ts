import { once } from 'node:events'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FIRST_PAGE } from './manifest.ts'
import { serveDashboard } from './serve-dashboard.ts'

test('every page path answers the application, a missing asset does not', async () => {
  await using dashboard = await setup()
  for (const path of ['/', '/rentals/rent_01', '/rentals/rent_01?tab=logs', '/docs/terms']) {
    const response = await fetch(`${dashboard.url}${path}`)
    expect([path, response.status, await response.text()]).toEqual([path, 200, '<html>app</html>'])
  }
  for (const path of ['/assets/gone.js', '/gone.png']) {
    expect((await fetch(`${dashboard.url}${path}`)).status).toBe(404)
  }
})

test('no path leads out of the build', async () => {
  await using dashboard = await setup()
  const paths = ['/../secret.txt', '/assets/../../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt']
  const bodies = await Promise.all(paths.map((path) => rawGet(dashboard.port, path)))
  for (const body of bodies) expect(body).not.toContain('do not serve')
})

test('hashed assets are kept for ever, the page is asked for again and answered with 304', async () => {
  await using dashboard = await setup()
  const asset = await fetch(`${dashboard.url}/assets/app-1a2b.js`)
  expect(asset.headers.get('cache-control')).toContain('immutable')
  expect(asset.headers.get('content-type')).toContain('text/javascript')
  const page = await fetch(dashboard.url)
  expect(page.headers.get('cache-control')).toBe('no-cache')
  const again = await fetch(dashboard.url, { headers: { 'if-none-match': page.headers.get('etag') ?? '' } })
  expect(again.status).toBe(304)
})

test('large text travels compressed and arrives whole', async () => {
  await using dashboard = await setup()
  for (const encoding of ['br', 'gzip']) {
    const response = await fetch(`${dashboard.url}/assets/app-1a2b.js`, {
      headers: { 'accept-encoding': encoding },
    })
    expect(response.headers.get('content-encoding')).toBe(encoding)
    expect(Number(response.headers.get('content-length'))).toBeLessThan(1_000)
    expect(await response.text()).toBe(script)
  }
})

test('the first page names what it will need besides the entry, the other pages do not', async () => {
  await using dashboard = await setup()
  for (const path of ['/', '/market?gpu=H100', '/rent/offer_01']) {
    expect((await fetch(`${dashboard.url}${path}`)).headers.get('link')).toBe(
      [
        '</assets/latin-9c0d.woff2>; rel=preload; as=font; type="font/woff2"; crossorigin',
        '</assets/market-5e6f.js>; rel=modulepreload',
        '</assets/table-7a8b.js>; rel=modulepreload',
      ].join(', '),
    )
  }
  for (const path of ['/pods', '/wallet', '/assets/app-1a2b.js'])
    expect((await fetch(`${dashboard.url}${path}`)).headers.get('link')).toBeNull()
})

test('scripts may come from here only, and nobody may frame the page', async () => {
  await using dashboard = await setup()
  for (const path of ['/', '/assets/app-1a2b.js', '/gone.png']) {
    const { headers } = await fetch(`${dashboard.url}${path}`)
    const policy = new Map(
      (headers.get('content-security-policy') ?? '').split('; ').map((rule) => {
        const [name = '', ...sources] = rule.split(' ')
        return [name, sources.join(' ')]
      }),
    )
    expect(policy.get('script-src')).toBe("'self'")
    expect(policy.get('object-src')).toBe("'none'")
    expect(policy.get('base-uri')).toBe("'none'")
    expect(policy.get('form-action')).toBe("'self'")
    expect(policy.get('frame-ancestors')).toBe("'none'")
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  }
})

test('a build that answers its own API is given the page at the addresses of the API too', async () => {
  await using dashboard = await setup({ ownApi: true })
  expect(await (await fetch(`${dashboard.url}/v1/auth/github?returnTo=/pods`)).text()).toBe(
    '<html>app</html>',
  )
})

test('what the build notes for itself is not served', async () => {
  await using dashboard = await setup()
  expect((await fetch(`${dashboard.url}/.vite/manifest.json`)).status).toBe(404)
})

test('only reading is possible outside the API', async () => {
  await using dashboard = await setup()
  expect((await fetch(dashboard.url, { method: 'POST' })).status).toBe(405)
})

test('the API is reached with method, body, cookies and its own answer', async () => {
  await using dashboard = await setup({
    api: async (request, response) => {
      const body = await textOf(request)
      response.writeHead(201, { 'set-cookie': ['a=1', 'b=2'], 'x-request-id': 'r1' })
      response.end(JSON.stringify([request.method, request.url, request.headers.cookie, body]))
    },
  })
  const response = await fetch(`${dashboard.url}/v1/rentals?x=1`, {
    method: 'POST',
    body: 'hello',
    headers: { cookie: 'sid=42' },
  })
  expect(response.status).toBe(201)
  expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  expect(await response.json()).toEqual(['POST', '/v1/rentals?x=1', 'sid=42', 'hello'])
})

test('an event arrives while the stream is still open, and the API learns when the browser leaves', async () => {
  let left: (value: unknown) => void = () => undefined
  const leaving = new Promise((resolve) => {
    left = resolve
  })
  await using dashboard = await setup({
    api: (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('data: one\n\n')
      response.once('close', () => left('left'))
    },
  })
  const abort = new AbortController()
  const response = await fetch(`${dashboard.url}/v1/events`, { signal: abort.signal })
  const first = await response.body?.getReader().read()
  expect(Buffer.from(first?.value ?? []).toString()).toBe('data: one\n\n')
  abort.abort()
  expect(await leaving).toBe('left')
})

test('a stream whose API dies breaks off for the browser too', async () => {
  await using dashboard = await setup({
    api: (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('data: one\n\n', () => response.socket?.resetAndDestroy())
    },
  })
  const response = await fetch(`${dashboard.url}/v1/events`)
  await expect(response.text()).rejects.toThrow('terminated')
})

test('an API that is down is a problem document, not a broken page', async () => {
  await using dashboard = await setup()
  await dashboard.stopApi()
  const response = await fetch(`${dashboard.url}/v1/me`)
  expect(response.status).toBe(502)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(await response.json()).toMatchObject({ code: 'api_unreachable', status: 502 })
})

test('a socket that is upgraded carries bytes both ways', async () => {
  await using dashboard = await setup({ echoUpgrades: true })
  const request = httpRequest({
    host: '127.0.0.1',
    port: dashboard.port,
    path: '/v1/terminal',
    headers: { connection: 'upgrade', upgrade: 'websocket' },
  })
  request.end()
  const [response, socket] = await once(request, 'upgrade')
  expect(response.statusCode).toBe(101)
  socket.write('ls\n')
  const [echoed] = await once(socket, 'data')
  expect(echoed.toString()).toBe('ls\n')
  socket.destroy()
})

const manifest = {
  'index.html': { file: 'assets/app-1a2b.js', imports: ['_shared.js'] },
  '_shared.js': { file: 'assets/shared-3c4d.js' },
  [FIRST_PAGE]: { file: 'assets/market-5e6f.js', imports: ['_shared.js', '_table.js'] },
  '_table.js': { file: 'assets/table-7a8b.js' },
  'fonts/ibm-plex-sans-latin-wght-normal.woff2': { file: 'assets/latin-9c0d.woff2' },
  'fonts/ibm-plex-sans-greek-wght-normal.woff2': { file: 'assets/greek-1e2f.woff2' },
}

const script = `export const text = '${'a'.repeat(5_000)}'\n`

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** fetch() tidies dots away before sending; an attacker would not. */
function rawGet(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port, path },
      (response) => void textOf(response).then(resolve, reject),
    )
    request.once('error', reject)
    request.end()
  })
}

async function setup({
  api,
  echoUpgrades = false,
  ownApi = false,
}: { api?: RequestListener; echoUpgrades?: boolean; ownApi?: boolean } = {}) {
  const outside = mkdtempSync(join(tmpdir(), 'berth-dashboard-'))
  writeFileSync(join(outside, 'secret.txt'), 'do not serve')
  const folder = join(outside, 'dist')
  mkdirSync(join(folder, 'assets'), { recursive: true })
  writeFileSync(join(folder, 'index.html'), '<html>app</html>')
  writeFileSync(join(folder, 'assets', 'app-1a2b.js'), script)
  mkdirSync(join(folder, '.vite'))
  writeFileSync(join(folder, '.vite', 'manifest.json'), JSON.stringify(manifest))

  const backend = createServer(api ?? ((_request, response) => response.end('{}')))
  if (echoUpgrades) {
    backend.on('upgrade', (_request, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n')
      socket.pipe(socket)
    })
  }
  backend.listen(0, '127.0.0.1')
  await once(backend, 'listening')
  const apiUrl = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`
  const server = await serveDashboard({ folder, port: 0, ...(ownApi ? {} : { apiUrl }) })
  return {
    port: server.port,
    url: `http://127.0.0.1:${server.port}`,
    stopApi: () => stop(backend),
    async [Symbol.asyncDispose]() {
      await server.close()
      await stop(backend)
    },
  }
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}
