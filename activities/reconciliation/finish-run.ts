import type { DataSource } from 'typeorm'

export interface RunReport {
  pods: number
  unanswered: number
  flagged: number
}

/** Closes a run and counts what it found; a repeat counts the same. */
export async function finishRun(dataSource: DataSource, runId: string): Promise<RunReport> {
  const [counts] = await dataSource.query<RunReport[]>(
    `SELECT count(*)::int AS pods, (count(*) FILTER (WHERE answer = 'unanswered'))::int AS unanswered,
       (count(*) FILTER (WHERE deviation IS NOT NULL))::int AS flagged
     FROM pod_costs WHERE run_id = $1`,
    [runId],
  )
  const report = counts ?? { pods: 0, unanswered: 0, flagged: 0 }
  await dataSource.query(
    `UPDATE reconciliation_runs SET finished_at = coalesce(finished_at, clock_timestamp()), pods = $2, unanswered = $3, flagged = $4
     WHERE id = $1`,
    [runId, report.pods, report.unanswered, report.flagged],
  )
  return report
}
