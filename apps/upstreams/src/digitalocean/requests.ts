import { z } from 'zod'
import { type ApiError, API_ERRORS, badKeys } from './api-error.ts'
import { REGION_NAMES } from './regions.ts'
import { findSize, type SizeFacts } from './sizes.ts'

/** The create body; a field that DigitalOcean does not know is passed over, as it does. */
const createDropletSchema = z.object({
  name: z
    .string()
    .regex(/^[a-zA-Z0-9]?[a-z0-9A-Z.-]*[a-z0-9A-Z]$/)
    .max(255),
  size: z.string(),
  region: z.string(),
  image: z.string(),
  ssh_keys: z.array(z.union([z.string(), z.number()])).default([]),
  tags: z.array(z.string()).nullish(),
  user_data: z.string().optional(),
})
export type CreateDropletRequest = z.infer<typeof createDropletSchema>

/** GPU images by slug, and the maker whose drivers are in them; a plain one has none. */
const IMAGES: Readonly<Record<string, 'nvidia' | 'amd' | null>> = {
  'gpu-h100x1-base': 'nvidia',
  'gpu-h100x8-base': 'nvidia',
  'gpu-amd-base': 'amd',
  'ubuntu-24-04-x64': null,
}

const LONGEST_USER_DATA = 65_536

type Checked =
  | { readonly ok: true; readonly body: CreateDropletRequest; readonly size: SizeFacts }
  | { readonly ok: false; readonly error: ApiError }

/** Everything about a create that does not depend on stock, in the order DigitalOcean minds it. */
export function checkCreate(input: unknown): Checked {
  const refuse = (error: ApiError): Checked => ({ ok: false, error })
  const parsed = createDropletSchema.safeParse(input ?? {})
  if (!parsed.success) return refuse(errorOfField(parsed.error.issues[0]?.path[0]))
  const { size: slug, region, image, ssh_keys: keys, user_data: userData = '' } = parsed.data
  const size = findSize(slug)
  if (size === undefined) return refuse(API_ERRORS.badSize)
  if (!Object.hasOwn(REGION_NAMES, region)) return refuse(API_ERRORS.badRegion)
  if (!Object.hasOwn(IMAGES, image)) return refuse(API_ERRORS.badImage)
  if (keys.length > 0) return refuse(badKeys(keys))
  if (Buffer.byteLength(userData) > LONGEST_USER_DATA) return refuse(API_ERRORS.longUserData)
  return { ok: true, body: parsed.data, size }
}

function errorOfField(field: PropertyKey | undefined): ApiError {
  if (field === 'size') return API_ERRORS.badSize
  if (field === 'region') return API_ERRORS.badRegion
  return field === 'image' ? API_ERRORS.badImage : API_ERRORS.badName
}

/** Whether the drivers in this image are those of the size's boards: with others nothing sees a GPU. */
export const imageDrives = (image: string, { gpu }: SizeFacts): boolean =>
  IMAGES[image] === gpu.model.split('_')[0]

export const actionSchema = z.object({ type: z.enum(['power_on', 'power_off', 'shutdown']) })
