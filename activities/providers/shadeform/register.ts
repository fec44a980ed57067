import { z } from 'zod'
import { register } from '../registration.ts'
import { createShadeformProvider } from './adapter.ts'

export const shadeform = register({
  name: 'shadeform',
  settings: z.object({
    SHADEFORM_API_KEY: z.string().optional(),
    SHADEFORM_API_BASE: z.url().default('https://api.shadeform.ai/v1'),
  }),
  create: ({ SHADEFORM_API_KEY: apiKey, SHADEFORM_API_BASE: baseUrl }, report, timeScale) =>
    apiKey === undefined ? null : createShadeformProvider({ apiKey, baseUrl, timeScale, report }),
})
