import type { Cloud } from '../kit/cloud.ts'
import { createPrimeEmulator, DEFAULT_API_KEY } from './emulator.ts'

/** Prime Intellect as people meet it: one marketplace over several clouds, a terminated pod readable for minutes. */
export const primeCloud: Cloud = {
  name: 'prime',
  basePath: '/api/v1',
  defaults: { port: 4342, apiKey: DEFAULT_API_KEY, bootMs: 8_000 },
  create: ({ apiKey, bootMs }, surroundings) =>
    createPrimeEmulator({ ...surroundings, apiKeys: [apiKey], bootMs, churn: true, lingerMs: 180_000 }),
}
