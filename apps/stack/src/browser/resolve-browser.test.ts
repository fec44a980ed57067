import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { resolveBrowser } from './resolve-browser.ts'

test('takes the browser that is named, and refuses a name that is wrong', async () => {
  const { program } = setup()
  const path = program('my-browser')
  expect(await resolveBrowser({ env: { CHROMIUM_PATH: path } })).toBe(path)
  await expect(resolveBrowser({ env: { CHROMIUM_PATH: `${path}x` } })).rejects.toThrow('CHROMIUM_PATH names')
})

test('takes a Chrome that is on PATH', async () => {
  const { folder, program } = setup()
  const path = program('google-chrome')
  expect(await resolveBrowser({ env: { PATH: folder } })).toBe(path)
})

test.runIf(process.getuid?.() === 0)('installs one as root where apt-get is', async () => {
  const { folder, program } = setup()
  program('apt-get')
  const install = async (): Promise<void> => void program('chromium')
  expect(await resolveBrowser({ env: { PATH: folder }, install })).toBe(join(folder, 'chromium'))
})

test('says what to do where nothing can be installed', async () => {
  const { folder } = setup()
  await expect(resolveBrowser({ env: { PATH: folder } })).rejects.toThrow('set CHROMIUM_PATH')
})

function setup(): { folder: string; program: (name: string) => string } {
  const folder = mkdtempSync(join(tmpdir(), 'berth-browser-'))
  const program = (name: string): string => {
    writeFileSync(join(folder, name), '#!/bin/sh\n', { mode: 0o755 })
    return join(folder, name)
  }
  return { folder, program }
}
