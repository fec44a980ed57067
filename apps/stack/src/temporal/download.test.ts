import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { downloadTemporalProgram } from './download.ts'

test('asks for this platform, unpacks the archive and leaves an executable and nothing else', async () => {
  const { folder, archive } = setup()
  const asked: string[] = []
  await using service = await serve((request, response) => {
    asked.push(request.url ?? '')
    if (request.url === '/archive.tar.gz') response.end(archive)
    else
      response.end(
        JSON.stringify({ archiveUrl: `${service.url}/archive.tar.gz`, fileToExtract: 'inner/temporal' }),
      )
  })
  const target = join(folder, 'cache', 'temporal')
  await downloadTemporalProgram({ artifact: 'cli', version: 'v1.2.3', target, baseUrl: service.url })
  expect(readFileSync(target, 'utf8')).toBe('#!/bin/sh\necho temporal\n')
  expect(statSync(target).mode & 0o111).toBe(0o111)
  expect(readdirSync(join(folder, 'cache'))).toEqual(['temporal'])
  expect(asked[0]).toMatch(
    /^\/cli\/v1\.2\.3\?platform=(linux|darwin|windows)&arch=(amd64|arm64)&format=json$/,
  )
})

test('a service that says nothing is given up within the time it was given', async () => {
  const { folder } = setup()
  await using service = await serve(() => undefined)
  const startedAt = Date.now()
  const target = join(folder, 'temporal')
  const download = downloadTemporalProgram({
    artifact: 'cli',
    version: 'v1',
    target,
    baseUrl: service.url,
    lookupTimeoutMs: 200,
  })
  await expect(download).rejects.toThrow('timeout')
  expect(Date.now() - startedAt).toBeLessThan(5_000)
  expect(existsSync(target)).toBe(false)
})

test.each([
  ['an error', 404, '', 'answered 404'],
  ['an answer without an archive', 200, '{"hello":1}', 'something unexpected'],
  ['a path that leads out', 200, '{"archiveUrl":"x","fileToExtract":"../../bin/sh"}', 'something unexpected'],
])('refuses %s', async (_name, status, body, message) => {
  const { folder } = setup()
  await using service = await serve((_request, response) => response.writeHead(status).end(body))
  const target = join(folder, 'temporal')
  const download = downloadTemporalProgram({ artifact: 'cli', version: 'v1', target, baseUrl: service.url })
  await expect(download).rejects.toThrow(message)
  expect(existsSync(target)).toBe(false)
})

async function serve(listener: RequestListener): Promise<{ url: string } & AsyncDisposable> {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function setup(): { folder: string; archive: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), 'berth-download-'))
  mkdirSync(join(folder, 'inner'))
  writeFileSync(join(folder, 'inner', 'temporal'), '#!/bin/sh\necho temporal\n')
  execFileSync('tar', ['-czf', join(folder, 'archive.tar.gz'), '-C', folder, 'inner'])
  return { folder, archive: readFileSync(join(folder, 'archive.tar.gz')) }
}
