import { insertedAt, primary, text } from './columns.ts'
import { table } from './table.ts'

/**
 * The environment variables a pod is launched with, sealed under the rental's id. A row lives until the pod runs or its rental
 * ends, whichever comes first: no launch comes after, so nobody needs the values any more.
 */
export interface PodEnvironment {
  rentalId: string
  /** JSON of name to value, sealed (see seal-secret.ts). */
  sealed: string
  createdAt: Date
}

export const PodEnvironmentEntity = table<PodEnvironment>('pod_environments', {
  columns: { rentalId: primary(text()), sealed: text(), createdAt: insertedAt() },
  references: [{ on: 'rentalId', table: 'rentals' }],
})
