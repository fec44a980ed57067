import { z } from 'zod'
import { register } from '../registration.ts'
import { createTensorDockProvider } from './adapter.ts'

export const tensordock = register({
  name: 'tensordock',
  settings: z.object({
    TENSORDOCK_API_KEY: z.string().optional(),
    TENSORDOCK_API_BASE: z.url().default('https://dashboard.tensordock.com/api/v2'),
  }),
  create: ({ TENSORDOCK_API_KEY: apiKey, TENSORDOCK_API_BASE: baseUrl }, report, timeScale) =>
    apiKey === undefined ? null : createTensorDockProvider({ apiKey, baseUrl, timeScale, report }),
})
