/**
 * Money is an integer number of micro-dollars (1 USD = 1,000,000). Free of zod and of I/O, so that
 * workflow code may import it. Floats never touch an amount.
 */
declare const brand: unique symbol
export type Micros = bigint & { readonly [brand]: true }

export const MICROS_PER_DOLLAR = 1_000_000n
export const MICROS_PER_CENT = 10_000n
const SECONDS_PER_HOUR = 3600n

/** Brands an integer amount. Throws on a fraction, so that a float can't slip in unseen. */
export function micros(amount: bigint | number | string): Micros {
  if (typeof amount === 'number' && !Number.isSafeInteger(amount)) {
    throw new RangeError(`micro-dollars are integers, got ${amount}`)
  }
  return BigInt(amount) as Micros
}

export const ZERO = micros(0n)

/** The wire form: an integer JSON number, exact up to nine billion dollars. */
export function toWire(amount: bigint): number {
  const value = Number(amount)
  if (!Number.isSafeInteger(value)) throw new RangeError(`amount ${amount} does not fit a JSON integer`)
  return value
}

export const microsFromCents = (cents: number): Micros => micros(BigInt(cents) * MICROS_PER_CENT)

/** Whole cents, for Stripe. Throws where the amount is not a whole number of cents. */
export function centsFromMicros(amount: bigint): number {
  if (amount % MICROS_PER_CENT !== 0n) throw new RangeError(`${amount} micro-dollars is not whole cents`)
  return toWire(amount / MICROS_PER_CENT)
}

/**
 * What a segment at this price has cost after so many whole seconds, always counted from its start:
 * A(s) = floor(price * s / 3600). A charge is the difference of two such values, therefore totals do not
 * depend on how often anyone looked, and the error of a whole segment stays under one micro-dollar.
 */
export function costAfter(priceMicrosPerHour: bigint, seconds: number | bigint): Micros {
  const whole = BigInt(seconds)
  if (whole < 0n || priceMicrosPerHour < 0n) throw new RangeError('price and seconds are never negative')
  return micros((priceMicrosPerHour * whole) / SECONDS_PER_HOUR)
}

/** Whole seconds that this amount pays for at this price; `null` at price zero, which never runs out. */
export function affordableSeconds(available: bigint, priceMicrosPerHour: bigint): number | null {
  if (priceMicrosPerHour === 0n) return null
  // The largest s with floor(price * s / 3600) <= available.
  return Number(((available + 1n) * SECONDS_PER_HOUR - 1n) / priceMicrosPerHour)
}

/** "$2.10" by default; more digits where a receipt wants the exact figure. Never rounds up. */
export function formatUsd(amount: bigint | number, fractionDigits = 2): string {
  const value = BigInt(amount)
  const magnitude = value < 0n ? -value : value
  const dollars = (magnitude / MICROS_PER_DOLLAR).toString().replace(/\B(?=(\d{3})+(?!\d))/g, ',')
  const fraction = (magnitude % MICROS_PER_DOLLAR).toString().padStart(6, '0').slice(0, fractionDigits)
  return `${value < 0n ? '-' : ''}$${dollars}${fractionDigits > 0 ? `.${fraction}` : ''}`
}

const FRACTION_DIGITS = 6

/** The exact amount with as few digits as it needs, two at least: "$2.10", "$2.0895". For prices on buttons and in quotes. */
export function formatExact(micros: number | bigint): string {
  const full = formatUsd(micros, FRACTION_DIGITS)
  return full.replace(/0{1,4}$/, '')
}

/** A price per hour in at most four digits, rounded up, so that it never looks cheaper than it is: "$2.10", "$1.2185". */
export const formatRate = (micros: number | bigint): string => formatExact(roundedUp(BigInt(micros), 4))

/** The least amount of so many fraction digits that is not below this one. */
export function roundedUp(value: bigint, digits: number): bigint {
  const unit = 10n ** BigInt(FRACTION_DIGITS - digits)
  return ((value + unit - 1n) / unit) * unit
}
