import { newId } from '@berth/contract/ids'
import type { RequestHandler } from 'express'

/**
 * Names each request; the same id stands in the answer's header, its problem body and our log. Ids sent by
 * the caller are ignored: they would let anybody write into the log.
 */
export const assignRequestId: RequestHandler = (request, response, next) => {
  request.id = newId('request')
  response.setHeader('X-Request-Id', request.id)
  next()
}
