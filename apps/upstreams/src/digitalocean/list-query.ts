import type { Request, Response } from 'express'
import { z } from 'zod'
import { sendError } from './api-error.ts'

const pageNumber = z.coerce.number().int().min(1)

const listQuerySchema = z.object({
  page: pageNumber.default(1),
  per_page: pageNumber.max(200).default(20),
  type: z.enum(['droplets', 'gpus']).default('droplets'),
  name: z.string().optional(),
  tag_name: z.string().optional(),
})
export type ListQuery = z.infer<typeof listQuerySchema>

/** Reads page and filters; those that exclude each other are refused, as the vendor document says. */
export function withListQuery(request: Request, response: Response, use: (query: ListQuery) => void): void {
  const query = listQuerySchema.safeParse(request.query)
  const { type, name, tag_name: tag } = request.query
  if (!query.success) sendError(response, { status: 400, message: 'The page or the filter is not valid.' })
  else if (tag !== undefined && (type ?? name) !== undefined)
    sendError(response, { status: 400, message: 'tag_name can not be combined with type or name' })
  else use(query.data)
}
