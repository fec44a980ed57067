/**
 * A provider's dollar figure as integer micro-dollars. Read digit by digit, since 0.1 + 0.2 has no place in money; what is
 * finer than a micro-dollar is rounded up, so that an upstream cost is never understated. Throws on anything but a
 * non-negative decimal.
 */
export function microsFromUsd(usd: number | string): number {
  const text = typeof usd === 'number' ? plainDecimal(usd) : usd.trim()
  const match = /^(\d+)(?:\.(\d*))?$/.exec(text)
  if (!match) throw new RangeError(`not a dollar amount: ${text}`)
  const fraction = match[2] ?? ''
  const micros = Number(`${match[1]}${fraction.slice(0, 6).padEnd(6, '0')}`)
  const finer = /[1-9]/.test(fraction.slice(6)) ? 1 : 0
  if (!Number.isSafeInteger(micros + finer)) throw new RangeError(`dollar amount out of range: ${text}`)
  return micros + finer
}

/** Shortest exact decimal; a float like 0.30000000000000004 is its provider's rounding noise, cut at twelve digits. */
function plainDecimal(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`not a dollar amount: ${value}`)
  return Number(value.toPrecision(12)).toFixed(9)
}

/** Whole cents, as Lambda and Shadeform quote them. */
export function microsFromCents(cents: number): number {
  if (!Number.isSafeInteger(cents) || cents < 0) throw new RangeError(`not whole cents: ${cents}`)
  return cents * 10_000
}
