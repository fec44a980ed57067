import type { Cloud } from '../kit/cloud.ts'
import { createDigitalOceanEmulator, DEFAULT_API_KEY } from './emulator.ts'

/** DigitalOcean as people meet it: 250 requests a minute, 5,000 an hour, sizes that come and go. */
export const digitalOceanCloud: Cloud = {
  name: 'digitalocean',
  basePath: '/v2',
  defaults: { port: 4335, apiKey: DEFAULT_API_KEY, bootMs: 5_000 },
  create: ({ apiKey, bootMs }, surroundings) =>
    createDigitalOceanEmulator({
      ...surroundings,
      apiKeys: [apiKey],
      bootMs,
      churn: true,
      rateLimits: { hour: 5_000, minute: 250 },
    }),
}
