import { z } from 'zod'
import { type ApiError, invalidArgs } from './api-error.ts'

const RUNTYPES = [
  'ssh',
  'jupyter',
  'args',
  'ssh_proxy',
  'ssh_direct',
  'jupyter_proxy',
  'jupyter_direct',
] as const

/** The create body as clients send it; the vendor document calls `env` a string, the service wants an object. */
export const createSchema = z.looseObject({
  image: z.string().min(1),
  label: z.string().max(256).optional(),
  disk: z.number().min(8).default(10),
  runtype: z.enum(RUNTYPES).default('ssh'),
  target_state: z.enum(['running', 'stopped']).default('running'),
  price: z.number().min(0.001).max(128).optional(),
  env: z.record(z.string(), z.string(), { error: 'env must be an object' }).default({}),
  onstart: z.string().max(4048).optional(),
  cancel_unavail: z.boolean().optional(),
})
export type CreateRequest = z.infer<typeof createSchema>

export const manageSchema = z.looseObject({
  state: z.enum(['running', 'stopped']).optional(),
  label: z.string().max(1024).optional(),
})

export const attachKeySchema = z.looseObject({ ssh_key: z.string().min(1) })

export const bidSchema = z.looseObject({ price: z.number().min(0.001).max(32) })

export const dayFilterSchema = z.looseObject({ day: z.object({ gte: z.number(), lte: z.number() }) })

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: ApiError }

/** Reads a body; what is wrong becomes Vast's invalid_args. */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): Parsed<T> {
  const result = schema.safeParse(body ?? {})
  if (result.success) return { ok: true, value: result.data }
  const words = result.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`)
  return { ok: false, error: invalidArgs(`error 400/3467: Invalid args: ${words.join('; ')}`) }
}

/** A query parameter that is JSON in text, as Vast's keyset pages want it; undefined where it is none. */
export function jsonParameter(text: unknown): unknown {
  if (typeof text !== 'string' || text === '') return {}
  try {
    return JSON.parse(text)
  } catch {
    // Why: the route answers 400 in the vendor's words.
    return undefined
  }
}
