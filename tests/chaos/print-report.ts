import { formatUsd } from '@berth/contract/money'
import { orphanLives, spreadOf, stopToAbsence, type Spread } from './audit/latencies.ts'
import { settlementGaps } from './audit/settlement-gaps.ts'
import type { UpstreamCosts } from './audit/upstream-costs.ts'
import type { ChaosReport } from './run-chaos.ts'

/** The report as text: what was done, what it cost and whom, how long things took, and what the auditor found. */
export function printReport(report: ChaosReport): string {
  const { seed, problems, evidence, costs, kills, seconds } = report
  const { cases, deeds, ledger } = evidence
  const reasons = tally(cases.map(({ rental }) => rental.endReason ?? rental.phase))
  const outcomes = tally(
    cases.flatMap(({ attempts }) => attempts.map(({ outcome }) => outcome?.outcome ?? 'open')),
  )
  const pods = cases.flatMap((one) => one.pods)
  return [
    `seed ${seed}: ${cases.length} rentals, ${pods.length} pods, ${seconds.drive.toFixed(0)} s of storm, ${seconds.calm.toFixed(1)} s until all was quiet`,
    section('killed', [
      ['workers by SIGKILL', kills.workers],
      ['Temporal by SIGKILL', kills.temporal],
      ['processes that died by themselves', kills.ownDeaths],
      ['pods taken away from outside', deeds.taken.size],
    ]),
    section('faults that hit', [...deeds.faults()].sort()),
    section('what people and operators did', [
      ...[...deeds.actions].sort(),
      ['provider opened again', deeds.reopened],
      ['rentals that found nothing on sale', deeds.unserved],
      ...[...deeds.renters.unheard].map(([what, count]): [string, number] => [
        `${what} unheard or refused`,
        count,
      ]),
    ]),
    section('attempts', outcomes),
    section('how rentals ended', reasons),
    section('pods by cloud', tally(pods.map(({ cloud }) => cloud))),
    `keys left for the sweep: ${evidence.litter}`,
    money(costs, evidence.accounts.get('upstream_cost') ?? 0n),
    'seconds',
    spreadLine('stop to proved absence', spreadOf(stopToAbsence(cases))),
    spreadLine('life of an orphan', spreadOf(orphanLives(cases).map(({ seconds }) => seconds))),
    spreadLine("settlement late after a worker's death", spreadOf(settlementGaps(evidence))),
    `ledger: ${ledger.wallets} wallets, ${ledger.transactions} transactions, ${ledger.meters} meters, ${ledger.problems.length} broken`,
    problems.length === 0
      ? 'no problem found'
      : [
          `${problems.length} problems; replay them with --seed ${seed}`,
          ...problems.map((words) => `  ${words}`),
        ].join('\n'),
  ].join('\n')
}

function tally(words: string[]): [string, number][] {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return [...counts].sort()
}

const section = (title: string, rows: readonly (readonly [string, number])[]): string =>
  [title, ...rows.map(([name, count]) => `  ${name.padEnd(44)}${String(count).padStart(7)}`)].join('\n')

const spreadLine = (name: string, { count, p50, p99, most }: Spread): string =>
  `  ${name.padEnd(40)}${String(count).padStart(5)} times   p50 ${p50.toFixed(1)}   p99 ${p99.toFixed(1)}   most ${most.toFixed(1)}`

function money(costs: readonly UpstreamCosts[], booked: bigint): string {
  const sum = (of: (row: UpstreamCosts) => bigint): bigint =>
    costs.reduce((total, row) => total + of(row), 0n)
  const line = (name: string, amount: bigint): string =>
    `  ${name.padEnd(44)}${formatUsd(amount, 6).padStart(14)}`
  const unseen = costs.filter(({ unseenDeathSeconds }) => unseenDeathSeconds > 1)
  const seconds = unseen.reduce((total, row) => total + row.unseenDeathSeconds, 0)
  return [
    'money',
    line(
      'charged to renters',
      sum((row) => row.chargedMicros),
    ),
    line(
      'upstream cost, by the clouds',
      sum((row) => row.totalMicros),
    ),
    line(
      '  while sold',
      sum((row) => row.soldMicros),
    ),
    line(
      '  ours: booting',
      sum((row) => row.bootMicros),
    ),
    line(
      '  ours: teardown',
      sum((row) => row.teardownMicros),
    ),
    line(
      '  ours: failed attempts and orphans',
      sum((row) => row.failedMicros),
    ),
    line(
      '  ours: begun minutes and least times',
      sum((row) => row.roundingMicros),
    ),
    line('upstream cost, as booked in the ledger', booked < 0n ? -booked : booked),
    `  charged after an unseen death: ${unseen.length} rentals, ${seconds.toFixed(1)} s`,
  ].join('\n')
}
