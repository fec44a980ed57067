import type { RequestHandler } from 'express'
import type { Logger } from 'pino'
import { pinoHttp } from 'pino-http'
import { pathOf } from './handle-errors.ts'

/** What must never reach a log, wherever it stands in a logged object. */
export const REDACTED = [
  'req.headers.cookie',
  'req.headers.authorization',
  'req.headers["stripe-signature"]',
  'res.headers["set-cookie"]',
  '*.publicKey',
  '*.accessToken',
  '*.clientSecret',
]

/** One line for each request: method, path without query, status, time, request id, and who asked. */
export function logRequests(log: Logger): RequestHandler {
  return pinoHttp({
    logger: log,
    genReqId: (request) => request.id,
    customLogLevel: (_request, response, error) =>
      error || response.statusCode >= 500 ? 'error' : response.statusCode >= 400 ? 'warn' : 'info',
    customProps: (request) => {
      const user = 'berthUser' in request ? (request.berthUser as { id: string } | null) : null
      const key = 'apiKey' in request ? (request.apiKey as { id: string } | undefined) : undefined
      return { ...(user ? { userId: user.id } : {}), ...(key ? { apiKeyId: key.id } : {}) }
    },
    serializers: {
      req: ({ id, method, url }: { id: unknown; method: string; url: string }) => ({
        id,
        method,
        path: pathOf(url),
      }),
      res: ({ statusCode }: { statusCode: number }) => ({ statusCode }),
    },
  })
}
