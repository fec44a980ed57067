import type { Endpoint } from './endpoint.ts'
import { endpoints } from './endpoints.ts'

export type Route = Pick<Endpoint, 'method' | 'path'>

/**
 * Where each operation is reached: all that a caller needs of the table, as plain data. The dashboard's build puts the
 * result in the place of this module, so that no schema travels to a browser for it.
 */
export const routes: Record<string, Record<string, Route>> = mapValues(endpoints, (operations) =>
  mapValues<Endpoint, Route>(operations, ({ method, path }) => ({ method, path })),
)

function mapValues<T, U>(record: Record<string, T>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]))
}
