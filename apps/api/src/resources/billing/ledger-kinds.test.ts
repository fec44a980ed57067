import { LEDGER_KINDS } from '@berth/entities/ledger-transaction'
import { expect, test } from 'vitest'
import { shownKind, storedKinds } from './ledger-kinds.ts'

test('asking for a shown kind finds every kind that is shown as it', () => {
  for (const kind of LEDGER_KINDS) expect(storedKinds(shownKind(kind))).toContain(kind)
  expect(storedKinds('dispute')).toEqual(['dispute_opened', 'dispute_lost'])
})
