import { formatUsd, MICROS_PER_DOLLAR } from '@berth/contract/money'

const FRACTION_DIGITS = 6

/** "$41.22": whole cents, cut off, so that a balance never shows more than there is. */
export const formatBalance = (micros: number | bigint): string => formatUsd(micros)

/** The exact amount with as few digits as it needs, two at least: "$2.10", "$2.0895". For prices on buttons and in quotes. */
export function formatExact(micros: number | bigint): string {
  const full = formatUsd(micros, FRACTION_DIGITS)
  return full.replace(/0{1,4}$/, '')
}

/** A price per hour in at most four digits, rounded up, so that it never looks cheaper than it is: "$2.10", "$1.2185". */
export const formatRate = (micros: number | bigint): string => formatExact(roundedUp(BigInt(micros), 4))

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

function roundedUp(value: bigint, digits: number): bigint {
  const unit = 10n ** BigInt(FRACTION_DIGITS - digits)
  return ((value + unit - 1n) / unit) * unit
}

/** Whole micro-dollars of an amount a person typed ("12.5", "$12.50"), or null when it is not an amount. */
export function parseUsd(text: string): bigint | null {
  const match = /^\s*\$?\s*(\d{1,7})(?:\.(\d{0,6}))?\s*$/.exec(text)
  if (!match) return null
  const fraction = (match[2] ?? '').padEnd(FRACTION_DIGITS, '0')
  return BigInt(match[1] ?? '0') * MICROS_PER_DOLLAR + BigInt(fraction)
}
