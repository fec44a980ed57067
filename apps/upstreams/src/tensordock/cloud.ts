import type { Cloud } from '../kit/cloud.ts'
import { createTensorDockEmulator, DEFAULT_API_KEY } from './emulator.ts'

/** TensorDock as people meet it: a hundred requests a minute, hosts whose GPUs come and go. */
export const tensorDockCloud: Cloud = {
  name: 'tensordock',
  basePath: '/api/v2',
  defaults: { port: 4338, apiKey: DEFAULT_API_KEY, bootMs: 5_000 },
  create: ({ apiKey, bootMs }, surroundings) =>
    createTensorDockEmulator({
      ...surroundings,
      apiKeys: [apiKey],
      bootMs,
      stopMs: 2_000,
      churn: true,
      requestsPerMinute: 100,
    }),
}
