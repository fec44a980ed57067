import { CLOUDS } from '@berth/upstreams/clouds'
import { readCloudSettings } from '@berth/upstreams/kit/cloud'
import { expect, test } from 'vitest'
import { emulatedSettings, emulatorSettings } from './emulated-upstreams.ts'

const CONTROL_PORT = 7000

test('every emulated cloud is started with the key and at the address that the product is given', () => {
  const product = emulatedSettings({}, CONTROL_PORT)
  const emulators = emulatorSettings(CONTROL_PORT)
  for (const cloud of CLOUDS) {
    const { port, apiKey } = readCloudSettings(cloud, emulators)
    const prefix = cloud.name.toUpperCase()
    expect(product).toMatchObject({
      [`${prefix}_API_KEY`]: apiKey,
      [`${prefix}_API_BASE`]: `http://127.0.0.1:${port}${cloud.basePath}`,
    })
  }
})

test('a key of one’s own points the product at the real cloud, and the others stay emulated', () => {
  const product = emulatedSettings({ HYPERSTACK_API_KEY: 'mine' }, CONTROL_PORT)
  expect(product).not.toHaveProperty('HYPERSTACK_API_KEY')
  expect(product).not.toHaveProperty('HYPERSTACK_API_BASE')
  expect(product).toHaveProperty('LAMBDA_API_BASE')
})
