import type { Cloud } from '../kit/cloud.ts'
import { createVastEmulator, DEFAULT_API_KEY } from './emulator.ts'

/** Vast.ai as people meet it: asks that come and go, and a least interval at every endpoint. */
export const vastCloud: Cloud = {
  name: 'vast',
  basePath: '',
  defaults: { port: 4336, apiKey: DEFAULT_API_KEY, bootMs: 5_000 },
  create: ({ apiKey, bootMs }, surroundings) =>
    createVastEmulator({ ...surroundings, apiKeys: [apiKey], bootMs, churn: true, rateLimited: true }),
}
