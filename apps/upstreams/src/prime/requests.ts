import { z } from 'zod'
import { type ApiError, API_ERRORS, type FieldError } from './api-error.ts'
import { findOffer, IMAGES, type OfferFacts } from './offers.ts'

const envVarSchema = z.object({ key: z.string(), value: z.string() })

export const createPodSchema = z.object({
  pod: z.object({
    name: z.string().nullish(),
    cloudId: z.string(),
    gpuType: z.string(),
    socket: z.string(),
    gpuCount: z.number().int().min(1),
    diskSize: z.number().int().min(1).nullish(),
    vcpus: z.number().int().min(1).nullish(),
    memory: z.number().int().min(1).nullish(),
    image: z.string().nullish(),
    dataCenterId: z.string().nullish(),
    country: z.string().nullish(),
    security: z.enum(['secure_cloud', 'community_cloud']).nullish(),
    envVars: z.array(envVarSchema).nullish(),
    sshKeyId: z.string().nullish(),
    autoRestart: z.boolean().nullish(),
  }),
  provider: z.object({ type: z.string() }),
})
export type CreatePodRequest = z.infer<typeof createPodSchema>

export const sshKeyRequestSchema = z.object({ name: z.string(), publicKey: z.string() })

type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ApiError }

/** Reads a body; what is wrong becomes a list, field by field, with 422. */
export function parseBody<T>(schema: z.ZodType<T>, input: unknown): Parsed<T> {
  const parsed = schema.safeParse(input ?? {})
  if (parsed.success) return { ok: true, value: parsed.data }
  const detail = parsed.error.issues.map(({ path, message }): FieldError => ({
    type: 'value_error',
    loc: ['body', ...path.map((part) => (typeof part === 'number' ? part : String(part)))],
    msg: message,
  }))
  return { ok: false, error: { status: 422, detail } }
}

/** Everything about a create that does not depend on stock: the offer it means, or what is wrong. */
export function offerMeantBy({ pod, provider }: CreatePodRequest): Parsed<OfferFacts> {
  const offer = findOffer(provider.type, pod.cloudId, pod.dataCenterId ?? undefined)
  const refuse = (error: ApiError): Parsed<OfferFacts> => ({ ok: false, error })
  if (offer === undefined) return refuse(API_ERRORS.noSuchOffer)
  const { disk } = offer
  const diskGib = pod.diskSize ?? disk.defaultGib
  const wrong: [is: boolean, detail: string][] = [
    [pod.gpuType !== offer.gpuType, `gpuType ${pod.gpuType} does not match the offer`],
    [pod.gpuCount !== offer.gpus, `gpuCount ${pod.gpuCount} does not match the offer`],
    [
      pod.image != null && !IMAGES.some((image) => image === pod.image),
      `image ${pod.image} is not supported`,
    ],
    [diskGib < disk.defaultGib || diskGib > disk.maxGib, `disk_size must be within the limits of the offer`],
    [(diskGib - disk.defaultGib) % disk.stepGib !== 0, `disk_size must be a multiple of ${disk.stepGib}`],
  ]
  const detail = wrong.find(([is]) => is)?.[1]
  return detail === undefined ? { ok: true, value: offer } : refuse({ status: 400, detail })
}

const count = z.coerce.number().int()

export const availabilityQuerySchema = z.object({
  page: count.min(1).default(1),
  page_size: count.min(1).max(100).default(20),
  gpu_type: z.string().optional(),
  gpu_count: count.optional(),
})

export const pageQuerySchema = z.object({
  offset: count.min(0).default(0),
  limit: count.min(1).max(100).default(100),
})
