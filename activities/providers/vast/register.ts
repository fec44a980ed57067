import { z } from 'zod'
import { register } from '../registration.ts'
import { createVastProvider } from './adapter.ts'

export const vast = register({
  name: 'vast',
  settings: z.object({
    VAST_API_KEY: z.string().optional(),
    VAST_API_BASE: z.url().default('https://console.vast.ai'),
  }),
  create: ({ VAST_API_KEY: apiKey, VAST_API_BASE: baseUrl }, report, timeScale) =>
    apiKey === undefined ? null : createVastProvider({ apiKey, baseUrl, paceFactor: timeScale, report }),
})
