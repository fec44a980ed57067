import type { DataSource } from 'typeorm'
import type { Provider } from '../providers/port.ts'

export interface CatalogDeps {
  dataSource: DataSource
  /** The adapters of this worker, by account. */
  providers: ReadonlyMap<string, Provider>
  settings: {
    /** Our share of the upstream price: 1,000 is ten percent. */
    marginBasisPoints: number
    /** Longest that one account's list may take; default 30 s. */
    listTimeoutMs?: number
  }
  clock: { now: () => Date }
}
