import { z } from 'zod'
import { register } from '../registration.ts'
import { createHyperstackProvider } from './adapter.ts'

export const hyperstack = register({
  name: 'hyperstack',
  settings: z.object({
    HYPERSTACK_API_KEY: z.string().optional(),
    HYPERSTACK_API_BASE: z.url().default('https://infrahub-api.nexgencloud.com/v1'),
  }),
  create: ({ HYPERSTACK_API_KEY: apiKey, HYPERSTACK_API_BASE: baseUrl }, report, timeScale) =>
    apiKey === undefined ? null : createHyperstackProvider({ apiKey, baseUrl, timeScale, report }),
})
