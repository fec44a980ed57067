import type { Evidence } from './evidence.ts'

/** What was paid in is still there or was charged, to the micro-dollar, and the whole ledger sums to nothing. */
export function checkWallets({ cases, wallets, accounts, ledger, deeds }: Evidence): string[] {
  const { paidIn } = deeds.renters
  const problems = ledger.problems.map(
    ({ invariant, row, words }) => `ledger ${invariant}, row ${row}: ${words}`,
  )
  for (const { id, available, held, receivable } of wallets) {
    const charged = sum(
      cases.filter(({ rental }) => rental.walletId === id).map(({ segment }) => segment?.charged),
    )
    const paid = paidIn.get(id) ?? 0n
    if (held !== 0n) problems.push(`${id} still holds ${held}`)
    if (receivable !== 0n) problems.push(`${id} owes ${receivable}`)
    if (available + held + charged !== paid)
      problems.push(`${id}: ${paid} was paid in; ${available} is left, ${held} held, ${charged} charged`)
  }
  const claims: [account: string, expected: bigint][] = [
    ['stripe_clearing', -sum([...paidIn.values()])],
    ['available', sum(wallets.map(({ available }) => available))],
    ['held', 0n],
    ['revenue', sum(cases.map(({ segment }) => (segment?.charged ?? 0n) + (segment?.writtenOff ?? 0n)))],
    ['write_off', -sum(cases.map(({ segment }) => segment?.writtenOff))],
  ]
  for (const [account, expected] of claims) {
    const real = accounts.get(account) ?? 0n
    if (real !== expected) problems.push(`the account ${account} is at ${real}, should be at ${expected}`)
  }
  const total = sum([...accounts.values()])
  if (total !== 0n) problems.push(`all entries sum to ${total}, not to nothing`)
  return problems
}

const sum = (amounts: readonly (bigint | undefined)[]): bigint =>
  amounts.reduce<bigint>((total, amount) => total + (amount ?? 0n), 0n)
