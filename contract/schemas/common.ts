import { z } from 'zod'
import { FIELD_COMPLAINTS } from '../field-complaints.ts'
import type { IdKind } from '../ids.ts'
import { ID_PREFIXES } from '../ids.ts'
import { PROBLEMS, type ProblemCode } from '../problems.ts'

export const idOf = (kind: IdKind) =>
  z
    .string()
    .regex(
      new RegExp(`^${ID_PREFIXES[kind]}_[0-9A-HJKMNP-TV-Z]{26}$`),
      `an id like ${ID_PREFIXES[kind]}_01ARZ3NDEKTSV4RRFFQ69G5FAV`,
    )

/** Integer micro-dollars; 1 USD = 1,000,000. */
export const microsSchema = z.int().min(0).meta({ description: 'Micro-dollars; 1 USD is 1,000,000.' })
export const signedMicrosSchema = z.int().meta({ description: 'Micro-dollars; 1 USD is 1,000,000.' })
export const instant = z.iso.datetime({ offset: true }).meta({ description: 'ISO 8601, UTC.' })

export const pageQuery = z.object({
  cursor: z.string().max(500).optional(),
  pageSize: z.coerce.number().int().min(1).max(200).default(50),
})

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() })

/** One fault in what was sent: where, in English, and by name for who words it in another language. */
const fieldErrorSchema = z.object({
  pointer: z.string(),
  detail: z.string(),
  code: z.enum(FIELD_COMPLAINTS).optional(),
  limit: z.number().optional().meta({ description: 'In the unit of the field.' }),
})

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]),
    requestId: z.string(),
    errors: z.array(fieldErrorSchema).optional(),
    data: z.record(z.string(), z.unknown()).optional().meta({
      description:
        'Figures to act on: `priceMicrosPerHour` of price_changed, `shortfallMicros` of insufficient_balance.',
    }),
  })
  .meta({ id: 'Problem' })
