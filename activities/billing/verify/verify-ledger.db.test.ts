import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBillingWorld, DOLLAR, type BillingWorld } from '../test-support/billing-world.ts'
import { chainHash } from './chain-hash.ts'
import { readBatch } from './verify-chain.ts'
import { verifyLedger } from './verify-ledger.ts'

let world: BillingWorld

beforeAll(async () => {
  world = await createBillingWorld()
})
afterAll(() => world.close())

/** Edits somebody with the owner's password could make after switching the triggers off. */
const edits: { what: string; sql: string; invariant: string }[] = [
  {
    what: 'an amount made larger',
    sql: `UPDATE ledger_entries SET amount = amount + 1 WHERE transaction_id = $1 AND position = 0`,
    invariant: 'I12',
  },
  {
    what: 'both legs made larger',
    sql: `UPDATE ledger_entries SET amount = amount * 2 WHERE transaction_id = $1`,
    invariant: 'I12',
  },
  {
    what: 'a balance rewritten',
    sql: `UPDATE ledger_entries SET balance_after = 0 WHERE transaction_id = $1 AND account = 'available'`,
    invariant: 'I12',
  },
  {
    what: 'a leg moved to another account',
    sql: `UPDATE ledger_entries SET account = 'promotions' WHERE transaction_id = $1 AND account = 'stripe_clearing'`,
    invariant: 'I12',
  },
  {
    what: 'a leg removed',
    sql: `DELETE FROM ledger_entries WHERE transaction_id = $1 AND position = 1`,
    invariant: 'I12',
  },
  {
    what: 'a time moved by a microsecond',
    sql: `UPDATE ledger_transactions SET occurred_at = occurred_at + interval '1 microsecond' WHERE id = $1`,
    invariant: 'I12',
  },
  {
    what: 'a reference changed',
    sql: `UPDATE ledger_transactions SET reference = 'elsewhere' WHERE id = $1`,
    invariant: 'I12',
  },
  {
    what: 'a hash replaced',
    sql: `UPDATE ledger_transactions SET hash = sha256('x') WHERE id = $1`,
    invariant: 'I12',
  },
]

describe('npm run ledger:verify', () => {
  it('prints the broken row and fails, and says so when it could not look', async () => {
    const { walletId, topUpId } = await aLivedWallet()
    await tamper(`UPDATE ledger_transactions SET note = 'x' WHERE id = $1`, [topUpId])
    const found = await runCli({ DATABASE_URL: world.applicationUrl })
    expect(found.output).toContain(
      `I12 wallet ${walletId}, row ${topUpId}: the row or its entries were changed`,
    )
    expect(found.code).toBe(1)
    expect(await runCli({})).toMatchObject({ code: 2, output: expect.stringContaining('Set DATABASE_URL') })
  })
})

describe('verifying the ledger', () => {
  it('finds nothing wrong with what billing wrote, in batches of any size', async () => {
    const { walletId } = await aLivedWallet()
    for (const batchSize of [1, 2, 500]) {
      const report = await verifyLedger({ dataSource: world.application, batchSize })
      expect(report.problems.filter((problem) => problem.walletId === walletId)).toEqual([])
      expect(report.transactions).toBeGreaterThan(4n)
    }
  })

  it('agrees with the database on the hash of any text a person may have written', async () => {
    const { walletId } = await world.aWallet()
    const texts = ['', '"', '\\', 'Grüße\n\t\u0001\u001f\u007f', '\u2028 😀 </script>', "'; --"]
    for (const note of texts) {
      const idempotencyKey = `${walletId}/${note}`
      await world.billing.post({
        walletId,
        amountMicros: 1n,
        kind: 'promotion',
        idempotencyKey,
        reference: note,
        note,
      })
    }
    expect(await problemsOf(walletId)).toEqual([])
  })

  it.each(edits)('names the row of $what', async ({ sql, invariant }) => {
    const { walletId, topUpId } = await aLivedWallet()
    await tamper(sql, [topUpId])
    expect(await problemsOf(walletId)).toMatchObject([{ invariant, row: topUpId }])
  })

  it('names the transaction after one that was removed', async () => {
    const { walletId, topUpId } = await aLivedWallet()
    const [next] = await world.owner.query<{ id: string }[]>(
      'SELECT id FROM ledger_transactions WHERE wallet_id = $1 AND seq = 2',
      [walletId],
    )
    await tamper('DELETE FROM ledger_entries WHERE transaction_id = $1', [topUpId])
    await tamper('DELETE FROM ledger_transactions WHERE id = $1', [topUpId])
    expect(await problemsOf(walletId)).toMatchObject([{ invariant: 'I12', row: next?.id }])
  })

  it('misses the last transaction of a wallet when it is removed', async () => {
    const { walletId } = await aLivedWallet()
    await world.billing.post({
      walletId,
      amountMicros: 5n,
      kind: 'promotion',
      idempotencyKey: `p/${walletId}`,
      reference: 'p',
    })
    const last = `SELECT id FROM ledger_transactions WHERE wallet_id = $1 ORDER BY seq DESC LIMIT 1`
    await tamper(`DELETE FROM ledger_entries WHERE transaction_id = (${last})`, [walletId])
    await tamper(`DELETE FROM ledger_transactions WHERE id = (${last})`, [walletId])
    expect(await problemsOf(walletId)).toMatchObject([{ invariant: 'I12', row: walletId }])
  })

  it('finds a reversal that names no charge, however well the chain was forged around it', async () => {
    const { walletId, topUpId } = await aLivedWallet()
    const forge = `UPDATE ledger_transactions SET reversal_of = $2 WHERE wallet_id = $1 AND kind = 'release'`
    await tamper(forge, [walletId, topUpId])
    await rehash(walletId)
    expect(await problemsOf(walletId)).toMatchObject([{ invariant: 'I9' }])
  })

  it('finds a balance that was raised by hand', async () => {
    const { walletId } = await aLivedWallet()
    await world.owner.query('UPDATE wallets SET available = available + 1 WHERE id = $1', [walletId])
    expect(await problemsOf(walletId)).toMatchObject([{ invariant: 'I3', row: walletId }])
  })

  it.each([
    {
      what: 'shortened',
      sql: `UPDATE charge_windows SET seconds = seconds - 1 WHERE segment_id = $1`,
      invariant: 'I4',
    },
    {
      what: 'made cheaper',
      sql: `UPDATE charge_windows SET charged = charged - 1 WHERE segment_id = $1`,
      invariant: 'I5',
    },
    { what: 'removed', sql: `DELETE FROM charge_windows WHERE segment_id = $1`, invariant: 'I4' },
  ])('finds a window that was $what', async ({ sql, invariant }) => {
    const { walletId, segmentId } = await aLivedWallet()
    await tamper(sql, [segmentId])
    expect(await problemsOf(walletId)).toMatchObject([{ invariant }])
  })
})

function runCli(env: Record<string, string>): Promise<{ code: number | null; output: string }> {
  const cli = fileURLToPath(new URL('verify-cli.ts', import.meta.url))
  const { PATH = '' } = process.env
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', cli], {
      env: { PATH, ...env },
      timeout: 30_000,
    })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, output }))
  })
}

/** A wallet with a top-up, a pod that ran and one that runs. */
async function aLivedWallet(): Promise<{ walletId: string; topUpId: string; segmentId: string }> {
  const { billing } = world
  await world.at(0)
  const wallet = await world.aWallet(50 * DOLLAR)
  for (const stays of [false, true]) {
    const rentalId = await world.aRental(wallet)
    await billing.reserve({ rentalId, priceMicrosPerHour: 2_490_000 })
    await billing.start({ rentalId, priceMicrosPerHour: 2_490_000 })
    await world.at(stays ? 250_000 : 120_000)
    await billing.renew({ rentalId })
    if (!stays) await billing.close({ rentalId })
  }
  const [topUp] = await world.owner.query<{ id: string }[]>(
    'SELECT id FROM ledger_transactions WHERE wallet_id = $1 AND seq = 1',
    [wallet.walletId],
  )
  const [segment] = await world.owner.query<{ id: string }[]>(
    `SELECT id FROM rental_segments WHERE wallet_id = $1 AND state = 'closed'`,
    [wallet.walletId],
  )
  if (!topUp || !segment) throw new Error('the wallet did not live')
  return { walletId: wallet.walletId, topUpId: topUp.id, segmentId: segment.id }
}

/** Only the owner of the schema can, and must switch the guards off first. */
async function tamper(sql: string, parameters: unknown[]): Promise<void> {
  await expect(world.owner.query(sql, parameters)).rejects.toThrow(/append-only/)
  const tables = ['ledger_transactions', 'ledger_entries', 'charge_windows']
  await world.owner.transaction(async (manager) => {
    for (const table of tables) await manager.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`)
    await manager.query(sql, parameters)
    for (const table of tables) await manager.query(`ALTER TABLE ${table} ENABLE TRIGGER USER`)
  })
}

/** Writes the chain anew, as somebody would who knows how it is made. */
async function rehash(walletId: string): Promise<void> {
  let prevHash = Buffer.alloc(32)
  const rows = await readBatch(world.owner.manager, walletId, 0n, 100)
  for (const row of rows) {
    const hash = chainHash({ ...row, prevHash })
    await tamper('UPDATE ledger_transactions SET prev_hash = $2, hash = $3 WHERE id = $1', [
      row.id,
      prevHash,
      hash,
    ])
    prevHash = Buffer.from(hash)
  }
  await world.owner.query('UPDATE wallets SET head_hash = $2 WHERE id = $1', [walletId, prevHash])
}

async function problemsOf(walletId: string): Promise<{ invariant: string; row: string }[]> {
  const { problems } = await verifyLedger({ dataSource: world.application })
  return problems.filter((problem) => problem.walletId === walletId)
}
