import type { Cloud } from '../kit/cloud.ts'
import { createLambdaEmulator, DEFAULT_API_KEY } from './emulator.ts'

/** Lambda as people meet it: a request a second, a launch every ten, a terminated machine readable for minutes. */
export const lambdaCloud: Cloud = {
  name: 'lambda',
  basePath: '/api/v1',
  defaults: { port: 4334, apiKey: DEFAULT_API_KEY, bootMs: 7_000 },
  create: ({ apiKey, bootMs }, surroundings) =>
    createLambdaEmulator({
      ...surroundings,
      apiKeys: [apiKey],
      bootMs,
      churn: true,
      teardownMs: 2_000,
      lingerMs: 180_000,
      rateLimits: { requestsPerTenSeconds: 12, launchIntervalMs: 10_000 },
    }),
}
