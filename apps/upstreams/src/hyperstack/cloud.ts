import type { Cloud } from '../kit/cloud.ts'
import { createHyperstackEmulator, DEFAULT_API_KEY } from './emulator.ts'

/** Hyperstack as people meet it: 500 requests a minute, an address that comes later than ACTIVE. */
export const hyperstackCloud: Cloud = {
  name: 'hyperstack',
  basePath: '/v1',
  defaults: { port: 4340, apiKey: DEFAULT_API_KEY, bootMs: 6_000 },
  create: ({ apiKey, bootMs }, surroundings) =>
    createHyperstackEmulator({
      ...surroundings,
      apiKeys: [apiKey],
      bootMs,
      addressMs: 1_500,
      teardownMs: 2_000,
      churn: true,
      requestsPerMinute: 500,
    }),
}
