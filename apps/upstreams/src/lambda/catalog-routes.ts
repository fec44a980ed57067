import express, { type Router } from 'express'
import { invalid, sendError } from './api-error.ts'
import { INSTANCE_TYPES, renderInstanceType } from './instance-types.ts'
import type { Inventory } from './inventory.ts'
import { REGION_NAMES, renderRegion } from './regions.ts'
import { addSshKeySchema, parseBody } from './requests.ts'
import type { SshKeys } from './ssh-keys.ts'

interface CatalogRoutesDeps {
  readonly inventory: Inventory
  readonly sshKeys: SshKeys
}

const IMAGE_TIME = '2026-05-04T09:00:00+00:00'

/** `/instance-types`, `/images` and `/ssh-keys` of the vendor document. */
export function createCatalogRoutes({ inventory, sshKeys }: CatalogRoutesDeps): Router {
  const router = express.Router()

  router.get('/instance-types', (_request, response) => {
    const items = INSTANCE_TYPES.map((type) => [
      type.name,
      {
        instance_type: renderInstanceType(type),
        regions_with_capacity_available: inventory.regionsWith(type.name).map(renderRegion),
      },
    ])
    response.json({ data: Object.fromEntries(items) })
  })

  router.get('/images', (_request, response) => {
    response.json({ data: REGION_NAMES.map((region, index) => renderImage(region, index)) })
  })

  router.get('/ssh-keys', (_request, response) => void response.json({ data: sshKeys.list() }))

  router.post('/ssh-keys', (request, response) => {
    const body = parseBody(addSshKeySchema, request.body)
    const added = body.ok ? sshKeys.add(body.value) : body
    if (added.ok) response.json({ data: added.key })
    else sendError(response, added.error)
  })

  router.delete('/ssh-keys/:id', (request, response) => {
    if (sshKeys.remove(request.params.id)) response.json({ data: {} })
    else sendError(response, invalid('Specified SSH key does not exist.'))
  })

  return router
}

const renderImage = (region: (typeof REGION_NAMES)[number], index: number): Record<string, unknown> => ({
  id: `43336648-096d-4cba-9aa2-f9bb7727${String(6390 + index).padStart(4, '0')}`,
  created_time: IMAGE_TIME,
  updated_time: IMAGE_TIME,
  name: 'lambda-stack-24-04',
  description: 'Lambda Stack on Ubuntu 24.04',
  family: 'lambda-stack-24-04',
  version: '24.04.2',
  architecture: 'x86_64',
  region: renderRegion(region),
})
