import { formatExact, formatRate, formatUsd, MICROS_PER_DOLLAR, roundedUp } from '@berth/contract/money'

const FRACTION_DIGITS = 6

/** "$41.22": whole cents, cut off, so that a balance never shows more than there is. */
export const formatBalance = (micros: number | bigint): string => formatUsd(micros)

export { formatExact, formatRate }

/** "1234.50", as one types an amount; `parseUsd` reads it back. */
export const plainUsd = (micros: number): string => formatExact(micros).replace(/[$,]/g, '')

/** "+$25.00" or "−$1.50", exact; for movements, where the direction is the point. */
export function formatSigned(micros: number | bigint): string {
  const value = BigInt(micros)
  if (value === 0n) return formatExact(value)
  return value > 0n ? `+${formatExact(value)}` : formatExact(value).replace('-', '−')
}

export interface AmountParts {
  /** Sign, dollars and cents: what one reads. */
  main: string
  /** The digits after the cents: what one checks. */
  fine: string
}

/** One amount in two weights. A price is rounded up when it has more digits than asked for, an amount is cut off. */
export function amountParts(
  micros: number | bigint,
  options: { digits?: number; roundUp?: boolean; signed?: boolean } = {},
): AmountParts {
  const { digits = FRACTION_DIGITS, roundUp = false, signed = false } = options
  const value = roundUp ? roundedUp(BigInt(micros), digits) : BigInt(micros)
  const text = formatUsd(value, digits).replace('-', '−')
  const prefix = signed && value > 0n ? '+' : ''
  const split = text.length - Math.max(0, digits - 2)
  return { main: prefix + text.slice(0, split), fine: text.slice(split) }
}

/** Whole micro-dollars of an amount a person typed ("12.5", "$12.50"), or null when it is not an amount. */
export function parseUsd(text: string): bigint | null {
  const match = /^\s*\$?\s*(\d{1,7})(?:\.(\d{0,6}))?\s*$/.exec(text)
  if (!match) return null
  const fraction = (match[2] ?? '').padEnd(FRACTION_DIGITS, '0')
  return BigInt(match[1] ?? '0') * MICROS_PER_DOLLAR + BigInt(fraction)
}
