const MICROS_PER_DOLLAR = 1_000_000

/** Vast's wire is dollars as JSON numbers; nothing is calculated with them here. */
export const dollars = (micros: bigint): number => Number(micros) / MICROS_PER_DOLLAR

/** A dollar figure from the wire, to the nearest micro-dollar. */
export const microsOf = (usd: number): bigint => BigInt(Math.round(usd * MICROS_PER_DOLLAR))

const HOURS_PER_MONTH = 730n

/** What so much disk costs by the hour. */
export const diskMicrosPerHour = (microsPerGbMonth: bigint, gb: number): bigint =>
  (microsPerGbMonth * BigInt(Math.ceil(gb))) / HOURS_PER_MONTH
