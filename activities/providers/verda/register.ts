import { z } from 'zod'
import { register } from '../registration.ts'
import { createVerdaProvider } from './adapter.ts'

export const verda = register({
  name: 'verda',
  settings: z.object({
    /** Verda gives an id and a secret. */
    VERDA_API_KEY: z
      .string()
      .regex(/^[^:]+:.+$/, 'must be the client id and the client secret, joined by a colon')
      .optional(),
    VERDA_API_BASE: z.url().default('https://api.verda.com/v1'),
  }),
  create({ VERDA_API_KEY: key, VERDA_API_BASE: baseUrl }, report, timeScale) {
    if (key === undefined) return null
    const [clientId = '', ...secret] = key.split(':')
    return createVerdaProvider({
      credentials: { clientId, clientSecret: secret.join(':') },
      baseUrl,
      timeScale,
      report,
    })
  },
})
