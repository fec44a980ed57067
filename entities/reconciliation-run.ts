import { date, insertedAt, instant, integer, nullable, primary, text, withDefault } from './columns.ts'
import { table } from './table.ts'

/** One comparison of what we booked with what providers say that they charged us. */
export interface ReconciliationRun {
  id: string
  /** UTC, "2026-03-01"; a night has one run of its own accord. */
  day: string
  /** The operator who wanted it between two nights; null for those of the night. */
  requestedBy: string | null
  /** Where the run before ended: after an outage one run makes up for all that were missed. */
  fromAt: Date
  untilAt: Date
  startedAt: Date
  finishedAt: Date | null
  /** Of the finished run: pods looked at, those whose provider did not answer, those whose bill is not what we expect. */
  pods: number
  unanswered: number
  flagged: number
}

export const ReconciliationRunEntity = table<ReconciliationRun>('reconciliation_runs', {
  columns: {
    id: primary(text()),
    day: date(),
    requestedBy: nullable(text()),
    fromAt: instant(),
    untilAt: instant(),
    startedAt: insertedAt(),
    finishedAt: nullable(instant()),
    pods: withDefault(integer(), 0),
    unanswered: withDefault(integer(), 0),
    flagged: withDefault(integer(), 0),
  },
  indices: [{ on: ['day'], where: 'requested_by IS NULL', unique: true }, { on: ['untilAt'] }],
  references: [{ on: 'requestedBy', table: 'users' }],
  checks: { period: 'from_at <= until_at' },
})
