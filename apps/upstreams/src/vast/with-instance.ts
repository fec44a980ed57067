import type { Request, Response } from 'express'
import { NO_SUCH_INSTANCE, sendError } from './api-error.ts'
import type { VastInstance } from './instance.ts'
import type { Instances } from './instances.ts'

/** Hands the route its instance, or answers that there is none. */
export const createWithInstance =
  (instances: Instances) =>
  (request: Request<{ id: string }>, response: Response, use: (instance: VastInstance) => void): void => {
    const instance = instances.get(Number(request.params.id))
    if (instance === undefined) sendError(response, NO_SUCH_INSTANCE)
    else use(instance)
  }
