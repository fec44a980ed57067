import { DATA_CENTERS } from './data-centers.ts'
import { findGpuType, type GpuTypeFacts, maxCountIn, priceMicrosPerHour } from './gpu-types.ts'
import type { Inventory } from './inventory.ts'
import type { Problem } from './problem.ts'
import type { CreatePodRequest } from './requests.ts'

/** The words RunPod uses for lack of capacity: prose in a 400, without a machine code. */
export const NO_CAPACITY: Problem = {
  status: 400,
  detail:
    'There are no longer any instances available with the requested specifications. Please refresh and try again.',
}

export type Placement =
  | {
      readonly ok: true
      readonly gpu: GpuTypeFacts
      readonly count: number
      readonly dataCenterId: string
      readonly cudaVersion: string | null
      readonly priceMicrosPerHour: bigint
    }
  | { readonly ok: false; readonly problem: Problem }

/** Finds a place for the pod among the data centres asked for, in that order, or any; never another GPU type. */
export function place(request: CreatePodRequest, inventory: Inventory): Placement {
  const refuse = (problem: Problem): Placement => ({ ok: false, problem })
  // CPU pods: this emulated cloud has no CPU hosts, which a caller sees as lack of capacity.
  if (request.gpu === undefined) return refuse(NO_CAPACITY)
  const { id, count } = request.gpu
  const { cloud } = request
  const gpu = findGpuType(id)
  if (gpu === undefined) return refuse({ status: 400, detail: `gpu.id "${id}" is not a known GPU type` })
  const each = priceMicrosPerHour(gpu, cloud)
  const cuda = matchingCuda(gpu, request.gpu)
  if (each === null || count > maxCountIn(gpu, cloud) || !cuda.ok) return refuse(NO_CAPACITY)
  const wanted =
    request.dataCenterIds.length > 0 ? request.dataCenterIds : DATA_CENTERS.map((center) => center.id)
  const dataCenterId = wanted.find((candidate) => {
    const exists = DATA_CENTERS.some((center) => center.id === candidate)
    return exists && inventory.free({ gpuId: id, dataCenterId: candidate, cloud }) >= count
  })
  if (dataCenterId === undefined) return refuse(NO_CAPACITY)
  const price = BigInt(each) * BigInt(count)
  return { ok: true, gpu, count, dataCenterId, cudaVersion: cuda.version, priceMicrosPerHour: price }
}

/** Compared by number, since 12.11 is above 12.2. */
export function cudaAtLeast(version: string, floor: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [floorMajor = 0, floorMinor = 0] = floor.split('.').map(Number)
  return major > floorMajor || (major === floorMajor && minor >= floorMinor)
}

type CudaMatch = { ok: true; version: string | null } | { ok: false }

function matchingCuda(gpu: GpuTypeFacts, wanted: NonNullable<CreatePodRequest['gpu']>): CudaMatch {
  const { allowedCudaVersions = [], minCudaVersion } = wanted
  const fitting = gpu.cudaVersions.filter(
    (version) =>
      (allowedCudaVersions.length === 0 || allowedCudaVersions.includes(version)) &&
      (minCudaVersion === undefined || cudaAtLeast(version, minCudaVersion)),
  )
  const newest = fitting.at(-1)
  if (newest !== undefined) return { ok: true, version: newest }
  const unconstrained = allowedCudaVersions.length === 0 && minCudaVersion === undefined
  return unconstrained ? { ok: true, version: null } : { ok: false }
}
