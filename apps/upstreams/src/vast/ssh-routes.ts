import express, { type Router } from 'express'
import { sendError } from './api-error.ts'
import type { InstanceLife } from './instance-life.ts'
import type { Instances } from './instances.ts'
import { attachKeySchema, parseBody } from './requests.ts'
import { createWithInstance } from './with-instance.ts'

interface SshRoutesDeps {
  readonly instances: Instances
  readonly life: InstanceLife
}

/** `/instances/{id}/ssh` of the vendor document: keys of one instance. */
export function createSshRoutes({ instances, life }: SshRoutesDeps): Router {
  const router = express.Router()
  const withInstance = createWithInstance(instances)

  router.post('/api/v0/instances/:id/ssh', (request, response) =>
    withInstance(request, response, (instance) => {
      const body = parseBody(attachKeySchema, request.body)
      if (!body.ok) {
        sendError(response, body.error)
        return
      }
      instance.attachedKeys.push(body.value.ssh_key)
      void life.reopen(instance)
      response.json({ success: true, msg: 'SSH key attached successfully' })
    }),
  )

  // Why text: the vendor documents JSON inside a string.
  router.get('/api/v0/instances/:id/ssh', (request, response) =>
    withInstance(request, response, ({ attachedKeys }) => {
      const keys = attachedKeys.map((publicKey, index) => ({ id: index + 1, public_key: publicKey }))
      response.json({ success: true, ssh_keys: JSON.stringify(keys) })
    }),
  )

  return router
}
