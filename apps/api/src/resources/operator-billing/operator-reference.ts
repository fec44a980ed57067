import { ID_PREFIXES } from '@berth/contract/ids'
import type { ByOperator } from '@berth/contract/schemas/operator-people'

/** How a ledger transaction says which operator made it; it is part of the chain, so nobody can change it later. */
export const operatorReference = ({ id, handle }: ByOperator): string => `operator ${handle} (${id})`

const WRITTEN = new RegExp(`^operator (.+) \\((${ID_PREFIXES.user}_[0-9A-HJKMNP-TV-Z]{26})\\)$`)

/** The operator that a reference names; null where it is about something else. */
export function operatorOf(reference: string | null): ByOperator | null {
  const [, handle, id] = WRITTEN.exec(reference ?? '') ?? []
  return handle === undefined || id === undefined ? null : { id, handle }
}
