import { toWire } from '@berth/contract/money'
import type { OperatorPerson, PersonLedgerLine } from '@berth/contract/schemas/operator-people'
import { type User, UserEntity } from '@berth/entities/user'
import type { DataSource } from 'typeorm'
import { problem } from '../../http/problem.ts'
import { readBalance } from '../billing/read-balance.ts'
import { type LedgerFilter, ledgerLine, readLedgerRows } from '../billing/read-ledger.ts'
import { operatorOf } from '../operator-billing/operator-reference.ts'

/** One person and their wallet, read as the person's own page reads it. */
export async function readPerson(dataSource: DataSource, id: string): Promise<OperatorPerson> {
  const { handle, displayName, email, isOperator, createdAt } = await known(dataSource, id)
  const balance = await readBalance(dataSource, id)
  return { id, handle, displayName, email, isOperator, createdAt: createdAt.toISOString(), balance }
}

/** A page of a person's statement; a correction says whose it is, and every line what it did to the debt. */
export async function readPersonLedger(
  dataSource: DataSource,
  id: string,
  filter: LedgerFilter,
): Promise<{ items: PersonLedgerLine[]; nextCursor: string | null }> {
  await known(dataSource, id)
  const { rows, nextCursor } = await readLedgerRows(dataSource, id, filter)
  const items = rows.map((row) => {
    const line = ledgerLine(row)
    const by = line.kind === 'adjustment' ? operatorOf(line.reference) : null
    return { ...line, owedChangeMicros: toWire(-BigInt(row.receivable_change)), by }
  })
  return { items, nextCursor }
}

async function known(dataSource: DataSource, id: string): Promise<User> {
  const user = await dataSource.getRepository(UserEntity).findOneBy({ id })
  if (!user) throw problem('not_found', 'There is no such person.')
  return user
}
