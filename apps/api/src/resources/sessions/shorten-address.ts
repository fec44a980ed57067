import { isIPv4, isIPv6 } from 'node:net'

const GROUPS = 8

/**
 * An address without what tells one household from another: "203.0.113.*", "2001:db8:7:*". It is enough to recognise one's
 * own place, and all that is kept.
 */
export function shortenAddress(address: string | undefined): string | null {
  const plain = address?.replace(/^::ffff:/i, '') ?? ''
  if (isIPv4(plain)) return plain.replace(/\d+$/, '*')
  if (!isIPv6(plain)) return null
  const [head = [], tail = []] = plain.split('::').map((part) => (part === '' ? [] : part.split(':')))
  const between = Array.from({ length: GROUPS - head.length - tail.length }, () => '0')
  return `${[...head, ...between, ...tail].slice(0, 3).join(':')}:*`
}
