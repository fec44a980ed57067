import { z } from 'zod'
import { register } from '../registration.ts'
import { createPrimeProvider } from './adapter.ts'

export const prime = register({
  name: 'prime',
  settings: z.object({
    PRIME_API_KEY: z.string().optional(),
    PRIME_API_BASE: z.url().default('https://api.primeintellect.ai/api/v1'),
  }),
  create: ({ PRIME_API_KEY: apiKey, PRIME_API_BASE: baseUrl }, report, timeScale) =>
    apiKey === undefined ? null : createPrimeProvider({ apiKey, baseUrl, timeScale, report }),
})
