import { z } from 'zod'
import { register } from '../registration.ts'
import { createRunPodProvider } from './adapter.ts'

export const runpod = register({
  name: 'runpod',
  settings: z.object({
    RUNPOD_API_KEY: z.string().optional(),
    RUNPOD_API_BASE: z.url().default('https://api.runpod.io/v2'),
  }),
  create: ({ RUNPOD_API_KEY: apiKey, RUNPOD_API_BASE: baseUrl }, report, timeScale) =>
    apiKey === undefined ? null : createRunPodProvider({ apiKey, baseUrl, timeScale, report }),
})
