import { runCommand } from '@berth/stack/process/run-command'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Books } from './books.ts'

interface Load {
  /** Path of pgbench. */
  program: string
  books: Books
  clients: number
  seconds: number
  /** Where its script is written. */
  folder: string
}

/**
 * Renewals a second by PostgreSQL's own load generator: the same statement as the product sends, prepared, and nothing
 * between it and the server. What no client in any language can beat.
 */
export async function pgbenchRenewals({ program, books, clients, seconds, folder }: Load): Promise<number> {
  const script = join(folder, 'renew.sql')
  await writeFile(
    script,
    `\\set n random(1, ${books.rentals})\nSELECT * FROM billing_renew('${books.prefix}' || :n);\n`,
  )
  const { code, output } = await runCommand({
    command: program,
    args: ['-n', '-M', 'prepared', '-c', `${clients}`, '-j', '2', '-T', `${seconds}`, '-f', script].concat(
      books.database.applicationUrl,
    ),
    timeoutMs: seconds * 1000 + 60_000,
  })
  const [, rate] = /^tps = ([\d.]+)/m.exec(output) ?? []
  const [, failed] = /^number of failed transactions: (\d+)/m.exec(output) ?? []
  if (code !== 0 || rate === undefined || (failed !== undefined && failed !== '0'))
    throw new Error(`pgbench failed with ${code}:\n${output}`)
  return Number(rate)
}
