import { DomainError } from '@berth/contract/errors'
import type { ListingDirection, ListingSort, Position } from './listing-order.ts'

interface Cursor {
  sort: ListingSort
  order: ListingDirection
  /** Position of the last offer of the page before. */
  after: Position
}

export const encodeCursor = ({ sort, order, after }: Cursor): string =>
  Buffer.from(JSON.stringify([sort, order, ...after])).toString('base64url')

/** Throws `invalid_request` for a cursor that is not ours, or that belongs to another ordering. */
export function decodeCursor(cursor: string, expected: Pick<Cursor, 'sort' | 'order'>): Position {
  const parts = parse(cursor)
  if (!parts) throw refused('The cursor is not one of ours. Take nextCursor from the page before.')
  const [sort, order, ...after] = parts
  if (sort !== expected.sort || order !== expected.order) {
    throw refused(
      'The cursor belongs to another ordering. Start from the first page after changing the sort.',
    )
  }
  return after
}

function parse(cursor: string): [string, string, ...Position] | null {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    return null
  }
  if (!Array.isArray(value) || value.length !== 5) return null
  const [sort, order, first, price, id]: unknown[] = value
  if (typeof sort !== 'string' || typeof order !== 'string' || typeof id !== 'string') return null
  if (typeof price !== 'number') return null
  if (first !== null && typeof first !== 'number' && typeof first !== 'string') return null
  return [sort, order, first, price, id]
}

const refused = (detail: string): DomainError =>
  new DomainError('invalid_request', detail, { details: { pointer: 'cursor' } })
