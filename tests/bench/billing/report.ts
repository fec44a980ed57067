import type { Side } from './debits.ts'
import type { Metered } from './metered.ts'
import { median, MOST_SPREAD, spread, type Series } from './series.ts'

/** Rentals under one worker must be settled this close to their time, seconds. */
export const MOST_LATE_SECONDS = 5

export interface Verdict {
  lines: string[]
  /** Why the run says nothing; empty when it counts. */
  rejected: string[]
}

interface Ratio {
  what: string
  /** One a round. */
  values: number[]
  aim: number
}

export function reportDebits(series: Record<Side, Series>, broken: readonly string[]): Verdict {
  const all = Object.values(series)
  const over = (what: string, a: Side, b: Side, aim: number): Ratio => ({
    what,
    values: series[a].values.map((value, round) => value / (series[b].values[round] ?? Number.NaN)),
    aim,
  })
  const ratios = [
    over('one debit a call, many wallets / pgbench', 'nodeMany', 'pgbenchMany', 0.6),
    over('one debit a call, one hot wallet / pgbench', 'nodeHot', 'pgbenchHot', 0.85),
    over('wallet-wide settlement / pgbench one by one', 'settlement', 'pgbenchMany', 5),
    over('wallet-wide settlement / BullMQ', 'settlement', 'bullmq', 8),
  ]
  return {
    lines: [...all.map(describe), '', ...ratios.map((ratio) => verdictOf(ratio, broken))],
    rejected: [...all.flatMap(tooWide), ...broken],
  }
}

export function reportOrchestration(
  { metered, naive, broken }: { metered: Metered; naive: Series; broken: readonly string[] },
  bullmq: Series | undefined,
): Verdict {
  const { rentals, renewals, lateness, overdue, workerCores, workerMib } = metered
  const kept = rentals - overdue
  return {
    lines: [
      describe(naive),
      `${rentals} rentals on one worker over a durable store: ${renewals} renewals, late p50 ${lateness.p50.toFixed(1)} s, p99 ${lateness.p99.toFixed(1)} s, most ${lateness.most.toFixed(1)} s; ${overdue} overdue; ${workerCores.toFixed(2)} of a core, ${workerMib} MiB`,
      `p99 of lateness under ${MOST_LATE_SECONDS} s: ${lateness.p99 < MOST_LATE_SECONDS ? 'met' : 'NOT MET'}`,
      verdictOf(
        {
          what: 'rentals kept metered / naive tick',
          values: naive.values.map((rate) => kept / rate),
          aim: 60,
        },
        broken,
      ),
      ...(bullmq
        ? [
            verdictOf(
              {
                what: 'rentals kept metered / BullMQ tick a second',
                values: bullmq.values.map((rate) => kept / rate),
                aim: 1,
              },
              broken,
            ),
          ]
        : []),
    ],
    rejected: [
      ...(renewals < rentals ? [`only ${renewals} renewals of ${rentals} rentals were seen`] : []),
      ...tooWide(naive),
      ...broken,
    ],
  }
}

const describe = ({ name, unit, values }: Series): string =>
  `${name.padEnd(48)}${median(values).toFixed(0).padStart(8)} ${unit}   spread ${(spread(values) * 100).toFixed(1)} %`

/** A broken promise makes every ratio zero: money that is wrong is not fast. */
function verdictOf({ what, values, aim }: Ratio, broken: readonly string[]): string {
  const value = broken.length > 0 ? 0 : median(values)
  return `${what.padEnd(48)}${value.toFixed(2).padStart(8)} x   aim ${aim}: ${value >= aim ? 'met' : 'NOT MET'}`
}

const tooWide = ({ name, values }: Series): string[] =>
  spread(values) > MOST_SPREAD
    ? [
        `${name}: its rounds differ by ${(spread(values) * 100).toFixed(1)} %, more than ${MOST_SPREAD * 100} %`,
      ]
    : []
