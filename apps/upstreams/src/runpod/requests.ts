import { z } from 'zod'
import type { Problem } from './problem.ts'

const cudaVersion = z.string().regex(/^\d+\.\d+$/)

const containerFields = {
  image: z.string().optional(),
  args: z.string().optional(),
  disk: z.number().int().min(1).optional(),
  ports: z.array(z.string()).optional(),
  env: z.record(z.string(), z.string()).optional(),
  registry: z.string().nullable().optional(),
}

const mountsSchema = z.strictObject({
  persistent: z.strictObject({ size: z.number().int().min(10), path: z.string() }).optional(),
  network: z
    .array(z.strictObject({ volumeId: z.string(), path: z.string() }))
    .max(1)
    .optional(),
})

/** `CreatePodRequest` of the vendor document: closed, so an unknown field is a 422. */
export const createPodSchema = z
  .strictObject({
    ...containerFields,
    name: z.string().min(1),
    cloud: z.enum(['SECURE', 'COMMUNITY']).default('SECURE'),
    cpu: z.strictObject({ id: z.string().min(1), vcpuCount: z.number().int().min(2) }).optional(),
    gpu: z
      .strictObject({
        id: z.string(),
        count: z.number().int().min(1).default(1),
        allowedCudaVersions: z.array(cudaVersion).optional(),
        minCudaVersion: cudaVersion.optional(),
      })
      .optional(),
    dataCenterIds: z.array(z.string()).default([]),
    globalNetworking: z.boolean().default(false),
    mounts: mountsSchema.optional(),
    startJupyter: z.boolean().default(false),
    startSsh: z.boolean().default(false),
    templateId: z.string().min(1).optional(),
  })
  .refine(({ image, templateId }) => image !== undefined || templateId !== undefined, {
    path: ['image'],
    message: 'image is required unless templateId is set',
  })
export type CreatePodRequest = z.infer<typeof createPodSchema>

/** `UpdatePodRequest` of the vendor document. */
export const updatePodSchema = z.strictObject({
  ...containerFields,
  name: z.string().min(1).optional(),
  locked: z.boolean().optional(),
  globalNetworking: z.boolean().optional(),
  mounts: mountsSchema.optional(),
  templateId: z.string().optional(),
})
export type UpdatePodRequest = z.infer<typeof updatePodSchema>

export const podActionSchema = z.strictObject({ action: z.enum(['start', 'stop', 'restart', 'terminate']) })

export const sshKeysSchema = z.strictObject({
  keys: z.array(z.string().regex(/^(ssh|ecdsa|sk)-[^\s]+ [^\s]+([ \t][^\n\r]*)?$/)),
})

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: Problem }

/** Reads a body or a query against its schema; what is wrong becomes a 422 with one sentence a violation. */
export function parseRequest<T>(schema: z.ZodType<T>, input: unknown): Parsed<T> {
  const result = schema.safeParse(input ?? {})
  if (result.success) return { ok: true, value: result.data }
  const errors = result.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`)
  return { ok: false, problem: { status: 422, detail: 'Request validation failed.', errors } }
}

/** Rules between fields, which RunPod checks after the contract and answers with 400. */
export function ruleBrokenBy({ gpu, cpu, mounts }: CreatePodRequest): Problem | null {
  const persistent = mounts?.persistent !== undefined
  const exactCuda = (gpu?.allowedCudaVersions?.length ?? 0) > 0
  const rules: readonly [broken: boolean, detail: string][] = [
    [(gpu === undefined) === (cpu === undefined), 'exactly one of gpu or cpu must be set'],
    [
      persistent && mounts.network !== undefined,
      'mounts.persistent and mounts.network are mutually exclusive',
    ],
    [persistent && cpu !== undefined, 'mounts.persistent is invalid on CPU pods'],
    [
      exactCuda && gpu?.minCudaVersion !== undefined,
      'gpu.allowedCudaVersions and gpu.minCudaVersion are mutually exclusive',
    ],
  ]
  const detail = rules.find(([broken]) => broken)?.[1]
  return detail === undefined ? null : { status: 400, detail }
}
