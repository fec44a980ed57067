import type { Cloud } from '../kit/cloud.ts'
import { createShadeformEmulator, DEFAULT_API_KEY } from './emulator.ts'

/** Shadeform as people meet it: one marketplace over several clouds, where a deleted machine is deleting for a moment. */
export const shadeformCloud: Cloud = {
  name: 'shadeform',
  basePath: '/v1',
  defaults: { port: 4341, apiKey: DEFAULT_API_KEY, bootMs: 8_000 },
  create: ({ apiKey, bootMs }, surroundings) =>
    createShadeformEmulator({
      ...surroundings,
      apiKeys: [apiKey],
      bootMs,
      churn: true,
      teardownMs: 3_000,
      lingerMs: 180_000,
    }),
}
