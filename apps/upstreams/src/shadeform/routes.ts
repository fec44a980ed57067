import express, { type Request, type Response, type Router } from 'express'
import type { EmulatorKit } from '../kit/emulator-kit.ts'
import { faultedRequest } from '../kit/fault-middleware.ts'
import type { Stock } from '../kit/stock.ts'
import { API_ERRORS, badRequest, sendError } from './api-error.ts'
import type { ShadeformFault, ShadeformInstance } from './instance.ts'
import {
  bootTimeOf,
  configurationOf,
  INSTANCE_TYPES,
  type InstanceTypeFacts,
  OS_OPTIONS,
} from './instance-types.ts'
import { type Instances, type Shelf, shelfOf } from './instances.ts'
import { REGIONS } from './regions.ts'
import { renderInstance } from './render-instance.ts'
import { type TypesQuery, typesQuerySchema } from './requests.ts'

interface RoutesDeps {
  readonly kit: EmulatorKit<ShadeformFault>
  readonly instances: Instances
  readonly stock: Stock<Shelf>
  readonly host: string
}

/** `/instances` of the vendor document. */
export function createRoutes({ kit, instances, stock, host }: RoutesDeps): Router {
  const router = express.Router()
  const { clock, meter } = kit
  const render = (instance: ShadeformInstance): Record<string, unknown> =>
    renderInstance(instance, { host, nowMs: clock.nowMs(), costMicros: meter.costMicros(instance.id) })

  router.get('/instances', (_request, response) => {
    response.json({ instances: instances.list().map(render) })
  })

  router.get('/instances/types', (request, response) => {
    const query = typesQuerySchema.safeParse(request.query)
    if (!query.success) {
      sendError(response, badRequest('invalid filter'))
      return
    }
    const types = INSTANCE_TYPES.filter((type) => isAsked(type, query.data))
      .toSorted((a, b) => (query.data.sort === 'price' ? a.priceCentsPerHour - b.priceCentsPerHour : 0))
      .map((type) => renderType(type, stock))
      .filter(({ availability }) => availability.some((entry) => isWanted(entry, query.data)))
    response.json({ instance_types: types })
  })

  router.post('/instances/create', (request, response) => {
    const created = instances.create(request.body, faultedRequest(request))
    if (!created.ok) {
      sendError(response, created.error)
      return
    }
    const { id, cloudAssignedId } = created.instance
    response.json({ id, cloud_assigned_id: cloudAssignedId })
  })

  router.get('/instances/:id/info', (request, response) =>
    withInstance(request, response, (instance) => void response.json(render(instance))),
  )

  router.post('/instances/:id/delete', (request, response) =>
    withInstance(request, response, (instance) => {
      instances.delete(instance, faultedRequest(request))
      response.status(200).end()
    }),
  )

  function withInstance(
    request: Request<{ id: string }>,
    response: Response,
    use: (instance: ShadeformInstance) => void,
  ): void {
    const instance = instances.get(request.params.id)
    if (instance === undefined) sendError(response, API_ERRORS.noSuchInstance)
    else use(instance)
  }

  return router
}

const isAsked = (type: InstanceTypeFacts, query: TypesQuery): boolean =>
  (query.cloud ?? type.cloud) === type.cloud &&
  (query.gpu_type ?? type.gpuType) === type.gpuType &&
  (query.num_gpus ?? type.gpus) === type.gpus &&
  (query.shade_instance_type ?? type.shadeInstanceType) === type.shadeInstanceType

interface Availability {
  region: string
  available: boolean
  display_name: string
  rental_type: string
  hourly_price: string
}

const isWanted = ({ region, available }: Availability, query: TypesQuery): boolean =>
  (query.region ?? region) === region && (query.available ?? String(available)) === String(available)

const CENTS_PER_DOLLAR = 100
/** Where the cloud behind sells spot too, its price is about half. */
const SPOT_CLOUDS = new Set(['datacrunch'])

/** A type with all its regions, those that have none of it included; new listings tell a dollar price for each. */
function renderType(type: InstanceTypeFacts, stock: Stock<Shelf>) {
  const entry = (region: keyof typeof REGIONS, rental: string, cents: number): Availability => ({
    region,
    available: stock.free(shelfOf(type, region)) > 0,
    display_name: REGIONS[region],
    rental_type: rental,
    hourly_price: (cents / CENTS_PER_DOLLAR).toFixed(2),
  })
  const { priceCentsPerHour: cents } = type
  const spot = SPOT_CLOUDS.has(type.cloud)
  return {
    cloud: type.cloud,
    shade_instance_type: type.shadeInstanceType,
    cloud_instance_type: type.cloudInstanceType,
    configuration: { ...configurationOf(type), os_options: OS_OPTIONS },
    hourly_price: cents,
    deployment_type: type.deploymentType,
    availability: type.regions.flatMap((region) => [
      entry(region, 'on_demand', cents),
      ...(spot ? [entry(region, 'spot', Math.round(cents / 2))] : []),
    ]),
    boot_time: bootTimeOf(type),
  }
}
