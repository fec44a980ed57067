import { z } from 'zod'
import { register } from '../registration.ts'
import { createDigitalOceanProvider } from './adapter.ts'

export const digitalocean = register({
  name: 'digitalocean',
  settings: z.object({
    DIGITALOCEAN_API_KEY: z.string().optional(),
    DIGITALOCEAN_API_BASE: z.url().default('https://api.digitalocean.com/v2'),
  }),
  create: ({ DIGITALOCEAN_API_KEY: apiKey, DIGITALOCEAN_API_BASE: baseUrl }, report, timeScale) =>
    apiKey === undefined ? null : createDigitalOceanProvider({ apiKey, baseUrl, timeScale, report }),
})
