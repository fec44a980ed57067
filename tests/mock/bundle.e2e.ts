import { buildDashboard } from '@berth/stack/dashboard/build-dashboard'
import { chunkNames, measureBundle, MOST_INITIAL_GZIP_BYTES } from '@berth/stack/dashboard/measure-bundle'
import { expect, test } from 'vitest'

const quiet = { onProgress: () => undefined }

test('the first page brings no more scripts than a first visit should wait for', async () => {
  const { folder } = await buildDashboard(quiet)
  const { totalGzipBytes, scripts } = await measureBundle(folder)
  expect(scripts.length).toBeGreaterThan(3)
  expect(totalGzipBytes).toBeLessThanOrEqual(MOST_INITIAL_GZIP_BYTES)
})

test('the mock is in the bundle with its flag, and nothing of it without', async () => {
  const isMock = (name: string) => name.includes('shared/mock/')
  const real = await buildDashboard(quiet)
  const mock = await buildDashboard({ ...quiet, mode: 'mock' })
  expect((await chunkNames(mock.folder)).filter(isMock)).not.toEqual([])
  expect((await chunkNames(real.folder)).filter(isMock)).toEqual([])
})

test('words of other languages, the palette and the schemas of the API wait until they are wanted', async () => {
  const { folder } = await buildDashboard(quiet)
  const { scripts } = await measureBundle(folder)
  const waiting = /i18n\/zh\.ts|command-palette\.vue|schemas\/events\.ts$/
  expect((await chunkNames(folder)).filter((name) => waiting.test(name))).toHaveLength(3)
  expect(scripts.filter(({ file }) => /\/(zh|command-palette|events|schemas)-/.test(file))).toEqual([])
})
