import { z } from 'zod'

const operators = {
  eq: (actual: unknown, wanted: unknown) => actual === wanted,
  neq: (actual: unknown, wanted: unknown) => actual !== wanted,
  gt: (actual: unknown, wanted: unknown) => Number(actual) > Number(wanted),
  gte: (actual: unknown, wanted: unknown) => Number(actual) >= Number(wanted),
  lt: (actual: unknown, wanted: unknown) => Number(actual) < Number(wanted),
  lte: (actual: unknown, wanted: unknown) => Number(actual) <= Number(wanted),
  in: (actual: unknown, wanted: unknown) => Array.isArray(wanted) && wanted.includes(actual),
  notin: (actual: unknown, wanted: unknown) => Array.isArray(wanted) && !wanted.includes(actual),
} as const

const filterSchema = z.partialRecord(
  z.enum(['eq', 'neq', 'gt', 'gte', 'lt', 'lte', 'in', 'notin']),
  z.unknown(),
)
export const filtersSchema = z.record(z.string(), filterSchema)
export type Filters = z.infer<typeof filtersSchema>

type Row = Readonly<Record<string, unknown>>

/** Whether a row passes all of Vast's column filters; a column it does not have is null. */
export function passes(row: Row, filters: Filters): boolean {
  return Object.entries(filters).every(([column, tests]) =>
    Object.entries(tests).every(([operator, wanted]) =>
      operators[operator as keyof typeof operators](valueOf(row, column), wanted),
    ),
  )
}

/** Places are filtered by their country code. */
function valueOf(row: Row, column: string): unknown {
  const value = row[column] ?? null
  return column === 'geolocation' && typeof value === 'string' ? value.split(', ').at(-1) : value
}

/** Sorts by columns in turn, numbers before words. */
export function sorted<T extends Row>(rows: readonly T[], order: readonly (readonly string[])[]): T[] {
  return rows.toSorted((a, b) => {
    for (const [column = '', direction] of order) {
      const difference = Number(a[column]) - Number(b[column])
      if (difference !== 0 && !Number.isNaN(difference))
        return direction === 'desc' ? -difference : difference
    }
    return 0
  })
}

const searchSchema = z.looseObject({
  type: z.enum(['on-demand', 'ondemand', 'bid', 'reserved']).default('on-demand'),
  limit: z.number().int().min(1).default(64),
  order: z.array(z.array(z.string()).length(2)).default([]),
  allocated_storage: z.number().min(0).default(8),
})

export interface Search {
  readonly isBid: boolean
  readonly limit: number
  readonly order: readonly (readonly string[])[]
  readonly allocatedStorageGb: number
  readonly filters: Filters
}

/** What the search leaves out where nothing is said. */
const DEFAULT_FILTERS: Filters = { verified: { eq: true }, rentable: { eq: true }, rented: { eq: false } }

/** Reads a search body; null where it is none. */
export function readSearch(body: unknown): Search | null {
  const parsed = searchSchema.safeParse(body ?? {})
  if (!parsed.success) return null
  const { type, limit, order, allocated_storage: allocatedStorageGb, ...rest } = parsed.data
  const filters = filtersSchema.safeParse(rest)
  if (!filters.success) return null
  return {
    isBid: type === 'bid',
    limit,
    order,
    allocatedStorageGb,
    filters: { ...DEFAULT_FILTERS, ...filters.data },
  }
}
