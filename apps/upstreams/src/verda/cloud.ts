import type { Cloud } from '../kit/cloud.ts'
import { createVerdaEmulator, DEFAULT_CREDENTIALS } from './emulator.ts'

/** Verda as people meet it: nothing ends while it is provisioned, and what ended can be read for a while. */
export const verdaCloud: Cloud = {
  name: 'verda',
  basePath: '/v1',
  defaults: {
    port: 4337,
    apiKey: `${DEFAULT_CREDENTIALS.clientId}:${DEFAULT_CREDENTIALS.clientSecret}`,
    bootMs: 6_000,
  },
  create({ apiKey, bootMs }, surroundings) {
    const [clientId = '', ...secret] = apiKey.split(':')
    return createVerdaEmulator({
      ...surroundings,
      credentials: { clientId, clientSecret: secret.join(':') },
      bootMs,
      churn: true,
      teardownMs: 2_000,
      lingerMs: 180_000,
    })
  },
}
