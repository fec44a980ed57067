import { setTimeout as sleep } from 'node:timers/promises'
import { createBilling } from '@berth/activities/billing/billing'
import { verifyLedger } from '@berth/activities/billing/verify/verify-ledger'
import { newId } from '@berth/contract/ids'
import { createDataSource } from '@berth/entities/data-source'
import { UserEntity } from '@berth/entities/user'
import { WalletEntity } from '@berth/entities/wallet'
import type { DataSource } from 'typeorm'
import { copyTemplate } from '../support/copy-template.ts'
import { startTestCluster } from '../support/test-cluster.ts'

/** `npm run bench:ledger-verify`: a million entries written by the billing functions themselves, then verified, then tampered with. */
const WALLETS = 500
const TRANSACTIONS_EACH = 1_000
const ENTRIES = WALLETS * TRANSACTIONS_EACH * 2

const cluster = await startTestCluster()
try {
  const database = await copyTemplate(cluster.value)
  const [application, owner] = await Promise.all([
    createDataSource({
      url: database.applicationUrl,
      poolSize: 3,
      applicationName: 'verify-bench',
    }).initialize(),
    createDataSource({
      url: database.ownerUrl,
      poolSize: 2,
      applicationName: 'verify-bench',
      statementTimeoutMs: 600_000,
    }).initialize(),
  ])
  const filled = await timed(() => fill(application, owner))
  say(`${ENTRIES.toLocaleString('en')} entries in ${WALLETS} wallets, written in ${filled} s`)
  await owner.query('ANALYZE')
  await sleep(1_000)
  let lastMs = Date.now()
  const clean = await timed(async () => {
    const { problems } = await verifyLedger({
      dataSource: application,
      onProgress: ({ transactions }) => {
        if (Date.now() - lastMs < 5_000) return
        lastMs = Date.now()
        say(`  ${transactions} transactions verified`)
      },
    })
    if (problems.length > 0) throw new Error(`the books are wrong: ${JSON.stringify(problems)}`)
  })
  say(`verified in ${clean} s`)
  const broken = await tamper(owner)
  const { problems } = await verifyLedger({ dataSource: application })
  if (problems.length !== 1 || problems[0]?.row !== broken) {
    throw new Error(`${broken} was edited, found were ${JSON.stringify(problems)}`)
  }
  say(`found the one row that was edited: ${broken}`)
  await Promise.all([application.destroy(), owner.destroy()])
  if (clean > 30) process.exitCode = 1
} finally {
  await cluster.stop()
}

async function fill(application: DataSource, owner: DataSource): Promise<void> {
  const billing = createBilling({ dataSource: application })
  for (let wallet = 0; wallet < WALLETS; wallet += 1) {
    const [userId, walletId] = [newId('user'), newId('wallet')]
    await application
      .getRepository(UserEntity)
      .insert({ id: userId, handle: userId, displayName: 'A renter' })
    await application.getRepository(WalletEntity).insert({ id: walletId, userId })
    const first = { walletId, amountMicros: 1_000_000n, kind: 'top_up', reference: 'bench' } as const
    await billing.post({ ...first, idempotencyKey: `${walletId}/0` })
    // The rest in one statement a wallet: a round trip for each would measure this script.
    await owner.query(
      `SELECT count(billing_post($1, CASE WHEN n % 2 = 0 THEN 'promotion' ELSE 'refund' END, 1000 + n, $1 || '/' || n, '', 'bench',
         NULL, NULL)) FROM generate_series(1, $2::int) AS n`,
      [walletId, TRANSACTIONS_EACH - 1],
    )
  }
}

/** Raises one amount in the middle, as somebody with the owner's password could after switching the guards off. */
async function tamper(owner: DataSource): Promise<string> {
  return owner.transaction(async (manager) => {
    const [row] = await manager.query<{ id: string }[]>(
      'SELECT id FROM ledger_transactions WHERE seq = $1 ORDER BY wallet_id OFFSET $2 LIMIT 1',
      [TRANSACTIONS_EACH / 2, WALLETS / 2],
    )
    if (!row) throw new Error('there is no transaction to tamper with')
    await manager.query('ALTER TABLE ledger_entries DISABLE TRIGGER USER')
    await manager.query(
      'UPDATE ledger_entries SET amount = amount + 1 WHERE transaction_id = $1 AND position = 0',
      [row.id],
    )
    await manager.query('ALTER TABLE ledger_entries ENABLE TRIGGER USER')
    return row.id
  })
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedMs = Date.now()
  await work()
  return Math.round((Date.now() - startedMs) / 100) / 10
}

function say(words: string): void {
  process.stdout.write(`${words}\n`)
}
