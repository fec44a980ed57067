import { insertedAt, json, primary, serial, text } from './columns.ts'
import { table } from './table.ts'

/**
 * Something that happened to a rental. Inserted in the transaction that changed the rental; the database then notifies
 * channel `rental_event`. Ids rise in insert order, and a slower transaction may commit a lower id later: readers that
 * page by id look back a little.
 */
export interface RentalEvent {
  id: string
  rentalId: string
  userId: string
  kind: string
  data: Record<string, unknown>
  at: Date
}

export const RentalEventEntity = table<RentalEvent>('rental_events', {
  columns: {
    id: primary(serial()),
    rentalId: text(),
    userId: text(),
    kind: text(),
    data: json(),
    at: insertedAt(),
  },
  indices: [{ on: ['rentalId', 'id'] }, { on: ['userId', 'id'] }],
  references: [
    { on: 'rentalId', table: 'rentals' },
    { on: 'userId', table: 'users' },
  ],
})
