import type { Balance } from '@berth/contract/schemas/billing'

/** Whole seconds that a wallet still lasts: what it did at `asOf`, less the time since. Null where every pod ends before it. */
export const runwayLeft = (
  { runwaySeconds, asOf }: Pick<Balance, 'runwaySeconds' | 'asOf'>,
  nowMs: number,
): number | null =>
  runwaySeconds === null ? null : Math.max(0, runwaySeconds - Math.floor((nowMs - Date.parse(asOf)) / 1000))
