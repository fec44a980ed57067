import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { statementSchema, usageQuery, usageSchema } from './schemas/reports.ts'

/** What a person takes to their bookkeeping. The same figures as CSV: `/v1/reports/usage.csv` and `/v1/reports/ledger.csv`, the ledger with the filters of `/v1/billing/ledger`. */
export const reportEndpoints = {
  usage: endpoint({
    method: 'GET',
    path: '/v1/reports/usage',
    summary: 'Seconds and money by day, pod, GPU or provider',
    description:
      'Days are days in UTC. A pod that runs over midnight is split at midnight; the sums are exact.',
    auth: 'session',
    query: usageQuery,
    status: 200,
    response: usageSchema,
    problems: [],
  }),
  statement: endpoint({
    method: 'GET',
    path: '/v1/reports/statements/:month',
    summary: 'One month of the wallet, to print',
    auth: 'session',
    params: z.object({ month: z.string().regex(/^20\d\d-(?:0[1-9]|1[0-2])$/, 'a month like 2026-03') }),
    status: 200,
    response: statementSchema,
    problems: [],
  }),
} as const
