/** A cell that a spreadsheet would run as a formula is one that a person's pod name could smuggle in. */
const FORMULA = /^[=+\-@\t\r]/
const AMOUNT = /^-?\d+(?:\.\d+)?$/

/** One line of RFC 4180. Numbers are written as they are, words quoted where they must be. */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`
}

function cellOf(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const safe = FORMULA.test(value) && !AMOUNT.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Micro-dollars as dollars with all six decimals: exact, and a number to every spreadsheet. */
export function usdCell(micros: bigint): string {
  const [sign, absolute] = micros < 0n ? ['-', -micros] : ['', micros]
  return `${sign}${absolute / 1_000_000n}.${String(absolute % 1_000_000n).padStart(6, '0')}`
}
