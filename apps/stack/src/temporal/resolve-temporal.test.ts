import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { resolveTemporal, temporalCliVersion, type ResolveOptions } from './resolve-temporal.ts'

test('a server that is named wins over every program', async () => {
  const { folder, resolve } = setup()
  program(join(folder, 'bin', 'temporal'))
  expect(await resolve({ TEMPORAL_ADDRESS: 'temporal.example:7233' })).toEqual({
    kind: 'server',
    address: 'temporal.example:7233',
  })
})

test('a program that is named wins over PATH, and a wrong name is an error, not a fallback', async () => {
  const { folder, resolve } = setup()
  const path = program(join(folder, 'mine', 'temporal'))
  program(join(folder, 'bin', 'temporal'))
  expect(await resolve({ TEMPORAL_CLI: path })).toEqual({ kind: 'program', path, from: 'TEMPORAL_CLI' })
  await expect(resolve({ TEMPORAL_CLI: `${path}x` })).rejects.toThrow('is not an executable file')
})

test('PATH wins over the cache', async () => {
  const { folder, cached, resolve } = setup()
  program(cached)
  const path = program(join(folder, 'bin', 'temporal'))
  expect(await resolve({})).toEqual({ kind: 'program', path, from: 'PATH' })
})

test('the cache saves the download', async () => {
  const { cached, resolve, calls } = setup()
  program(cached)
  expect(await resolve({})).toEqual({ kind: 'program', path: cached, from: 'cache' })
  expect(calls).toEqual([])
})

test('the download saves the build, and fills the cache', async () => {
  const { cached, resolve, calls } = setup({ online: true })
  expect(await resolve({})).toEqual({ kind: 'program', path: cached, from: 'download' })
  expect(await resolve({})).toEqual({ kind: 'program', path: cached, from: 'cache' })
  expect(calls).toEqual(['download'])
})

test('without a download it is built, and says how long that takes', async () => {
  const { folder, cached, resolve, calls, told } = setup()
  program(join(folder, 'bin', 'go'))
  expect(await resolve({})).toEqual({ kind: 'program', path: cached, from: 'build' })
  expect(calls).toEqual(['download', 'build'])
  expect(told.at(-1)).toContain('minutes')
})

function program(path: string): string {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, '#!/bin/sh\n', { mode: 0o755 })
  return path
}

function setup({ online = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'berth-temporal-'))
  const cacheDir = join(folder, 'cache')
  const calls: string[] = []
  const told: string[] = []
  const options: Omit<ResolveOptions, 'env'> = {
    cacheDir,
    onProgress: (message) => told.push(message),
    download: async (target) => {
      calls.push('download')
      if (!online) throw new Error('no internet')
      program(target)
    },
    build: async ({ target }) => {
      calls.push('build')
      program(target)
    },
  }
  const cached = join(cacheDir, `temporal-cli-${temporalCliVersion}`, 'temporal')
  expect(existsSync(cached)).toBe(false)
  return {
    folder,
    cached,
    calls,
    told,
    resolve: (env: NodeJS.ProcessEnv) =>
      resolveTemporal({ ...options, env: { PATH: join(folder, 'bin'), ...env } }),
  }
}
