import { z } from 'zod'
import { register } from '../registration.ts'
import { createLambdaProvider } from './adapter.ts'

export const lambda = register({
  name: 'lambda',
  settings: z.object({
    LAMBDA_API_KEY: z.string().optional(),
    LAMBDA_API_BASE: z.url().default('https://cloud.lambda.ai/api/v1'),
  }),
  create: ({ LAMBDA_API_KEY: apiKey, LAMBDA_API_BASE: baseUrl }, report, timeScale) =>
    apiKey === undefined ? null : createLambdaProvider({ apiKey, baseUrl, timeScale, report }),
})
