import { insertedAt, instant, primary, text } from './columns.ts'
import { table } from './table.ts'

/** A machine that failed to boot or verify: not rented again until then. */
export interface HostBlock {
  account: string
  hostId: string
  reason: string
  until: Date
  createdAt: Date
}

export const HostBlockEntity = table<HostBlock>('host_blocks', {
  columns: {
    account: primary(text()),
    hostId: primary(text()),
    reason: text(),
    until: instant(),
    createdAt: insertedAt(),
  },
})
