import express, { type Router } from 'express'
import { z } from 'zod'
import { DATA_CENTERS, type DataCenterFacts } from './data-centers.ts'
import { type Cloud, GPU_TYPES, type GpuTypeFacts } from './gpu-types.ts'
import { bestLevel, type Inventory } from './inventory.ts'
import { cudaAtLeast } from './placement.ts'
import { type Problem, sendProblem } from './problem.ts'
import { parseRequest } from './requests.ts'

const MICROS_PER_DOLLAR = 1_000_000

const commaSeparated = <T extends z.ZodType>(item: T) =>
  z.preprocess((value) => (typeof value === 'string' ? value.split(',') : value), z.array(item)).optional()

const gpuQuerySchema = z.object({
  include: commaSeparated(z.enum(['AVAILABILITY'])),
  product: commaSeparated(z.enum(['POD', 'CLUSTER', 'SERVERLESS'])),
  count: z.coerce.number().int().min(1).optional(),
  cloud: z.enum(['SECURE', 'COMMUNITY']).optional(),
  countryCodes: commaSeparated(z.string().regex(/^[A-Z]{2}$/)),
  cudaVersions: commaSeparated(z.string().regex(/^\d+\.\d+$/)),
  minCudaVersion: z
    .string()
    .regex(/^\d+(\.\d+)?$/)
    .optional(),
})
type GpuQuery = z.infer<typeof gpuQuerySchema>

const centerQuerySchema = z.object({
  include: commaSeparated(z.enum(['GPU_AVAILABILITY', 'CPU_AVAILABILITY'])),
  regions: commaSeparated(z.string()),
  networkVolumeTypes: commaSeparated(z.enum(['STANDARD', 'HIGH_PERFORMANCE'])),
  compliance: commaSeparated(z.string()),
  globalNetwork: z.enum(['true', 'false']).optional(),
})
type CenterQuery = z.infer<typeof centerQuerySchema>

/** `/catalog/gpus` and `/catalog/datacenters` of the vendor document. */
export function createCatalogRoutes({ inventory }: { inventory: Inventory }): Router {
  const router = express.Router()

  router.get('/catalog/gpus', (request, response) => {
    const query = parseRequest(gpuQuerySchema, request.query)
    const problem = query.ok ? gpuRuleBrokenBy(query.value) : query.problem
    if (!query.ok || problem !== null) {
      if (problem !== null) sendProblem(response, problem)
      return
    }
    const gpus = GPU_TYPES.map((gpu) => renderGpu(gpu, query.value, inventory))
    const narrowed =
      query.value.countryCodes === undefined ? gpus : gpus.filter((gpu) => 'dataCenters' in gpu)
    response.json({ gpus: narrowed })
  })

  router.get('/catalog/gpus/:id', (request, response) => {
    const query = parseRequest(gpuQuerySchema, request.query)
    const gpu = GPU_TYPES.find(({ id }) => id === request.params.id)
    const problem = query.ok ? gpuRuleBrokenBy(query.value) : query.problem
    if (problem !== null) sendProblem(response, problem)
    else if (gpu === undefined) sendProblem(response, { status: 404, detail: 'GPU type not found' })
    else if (query.ok) response.json(renderGpu(gpu, query.value, inventory))
  })

  router.get('/catalog/datacenters', (request, response) => {
    const query = parseRequest(centerQuerySchema, request.query)
    if (!query.ok) {
      sendProblem(response, query.problem)
      return
    }
    const centers = DATA_CENTERS.filter((center) => passes(center, query.value))
    response.json({ dataCenters: centers.map((center) => renderCenter(center, query.value, inventory)) })
  })

  return router
}

function gpuRuleBrokenBy(query: GpuQuery): Problem | null {
  const { include, product, cudaVersions, minCudaVersion, ...rest } = query
  const onlyWithAvailability = { cudaVersions, minCudaVersion, product, ...rest }
  if (include !== undefined && product === undefined) {
    return { status: 400, detail: 'product is required with include=AVAILABILITY' }
  }
  const stray = Object.entries(onlyWithAvailability).find(([, value]) => value !== undefined)
  if (include === undefined && stray !== undefined) {
    return { status: 400, detail: `${stray[0]} is valid only with include=AVAILABILITY` }
  }
  if (cudaVersions !== undefined && minCudaVersion !== undefined) {
    return { status: 400, detail: 'cudaVersions and minCudaVersion are mutually exclusive' }
  }
  return null
}

const dollars = (micros: number | null): number => (micros ?? 0) / MICROS_PER_DOLLAR

function renderGpu(gpu: GpuTypeFacts, query: GpuQuery, inventory: Inventory): Record<string, unknown> {
  const { id, name, pool, manufacturer, memoryGb: memory, maxCount } = gpu
  return {
    id,
    name,
    pool,
    manufacturer,
    memory,
    secure: gpu.secureMicrosPerHour !== null,
    community: gpu.communityMicrosPerHour !== null,
    price: { secure: dollars(gpu.secureMicrosPerHour), community: dollars(gpu.communityMicrosPerHour) },
    maxCount,
    ...(query.include !== undefined && renderAvailability(gpu, query, inventory)),
  }
}

function renderAvailability(
  gpu: GpuTypeFacts,
  query: GpuQuery,
  inventory: Inventory,
): Record<string, unknown> {
  const cloud: Cloud = query.cloud ?? 'SECURE'
  const cuda = gpu.cudaVersions.filter(
    (version) =>
      (query.cudaVersions?.includes(version) ?? true) &&
      (query.minCudaVersion === undefined || cudaAtLeast(version, query.minCudaVersion)),
  )
  const constrained = query.cudaVersions !== undefined || query.minCudaVersion !== undefined
  const reachable = constrained && cuda.length === 0 ? [] : DATA_CENTERS
  const dataCenters = reachable
    .filter(({ country }) => query.countryCodes?.includes(country) ?? true)
    .map(({ id, name }) => ({
      id,
      name,
      availability: inventory.level({ gpuId: gpu.id, dataCenterId: id, cloud }, query.count ?? 1),
    }))
    .filter(({ availability }) => availability !== 'NONE')
  const availability = bestLevel(dataCenters.map((center) => center.availability))
  return {
    availability,
    ...(dataCenters.length > 0 && { dataCenters }),
    ...(cuda.length > 0 && {
      cudaVersions: cuda.map((version) => ({ version, available: availability !== 'NONE' })),
    }),
  }
}

function passes(center: DataCenterFacts, query: CenterQuery): boolean {
  const { regions, networkVolumeTypes = [], compliance = [], globalNetwork } = query
  return (
    (regions?.includes(center.region) ?? true) &&
    networkVolumeTypes.every((type) => center.networkVolumeTypes.includes(type)) &&
    compliance.every((certificate) => center.compliance.includes(certificate)) &&
    (globalNetwork === undefined || String(center.globalNetwork) === globalNetwork)
  )
}

function renderCenter(
  center: DataCenterFacts,
  query: CenterQuery,
  inventory: Inventory,
): Record<string, unknown> {
  const { country: _country, ...facts } = center
  if (query.include?.includes('GPU_AVAILABILITY') !== true) return facts
  const gpuAvailability = GPU_TYPES.map(({ id, name }) => ({
    id,
    name,
    availability: bestLevel(
      (['SECURE', 'COMMUNITY'] as const).map((cloud) =>
        inventory.level({ gpuId: id, dataCenterId: center.id, cloud }, 1),
      ),
    ),
  })).filter(({ availability }) => availability !== 'NONE')
  return { ...facts, ...(gpuAvailability.length > 0 && { gpuAvailability }) }
}
