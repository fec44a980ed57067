import type { Case, Evidence } from './evidence.ts'

/**
 * Recomputes each rental's charge from its price and its two instants, and holds those against what the renter asked
 * for and what the clouds saw. Nothing here calls the code that charges.
 */
export const checkCharges = ({ cases }: Pick<Evidence, 'cases'>): string[] =>
  cases.flatMap((one) => {
    const say = (words: string): string => `${one.rental.id}: ${words}`
    const { segment } = one
    if (!segment?.startedAt) return neverRan(one).map(say)
    if (segment.state !== 'closed' || !segment.endedAt) return [say(`its meter is ${segment.state}`)]
    return [...amounts(one), ...tiling(one), ...limits(one), ...life(one)].map(say)
  })

/** A rental that never ran costs nothing, whatever was tried for it. */
function neverRan({ rental, segment, windows }: Case): string[] {
  return [
    ...(rental.readyAt === null ? [] : ['it was ready, and its meter never started']),
    ...(windows.length === 0 ? [] : ['it never ran, and was charged for a stretch of time']),
    ...((segment?.charged ?? 0n) === 0n ? [] : [`it never ran, and was charged ${segment?.charged}`]),
    ...((segment?.held ?? 0n) === 0n ? [] : [`it never ran, and ${segment?.held} is still held`]),
  ]
}

function amounts({ segment, windows, attempts, rental }: Case): string[] {
  const { startedAt, endedAt, priceMicrosPerHour, charged, chargedSeconds, held } = segment!
  const seconds = Math.floor((endedAt!.getTime() - startedAt!.getTime()) / 1000)
  const due = (priceMicrosPerHour * BigInt(seconds)) / 3600n
  const inWindows = windows.reduce((sum, window) => sum + window.charged, 0n)
  const ready = attempts.find(({ outcome }) => outcome?.outcome === 'ready')
  const agreed = rental.failover ? rental.maxPriceMicrosPerHour : BigInt(rental.offer.priceMicrosPerHour)
  return [
    ...(seconds === chargedSeconds ? [] : [`${seconds} s passed, ${chargedSeconds} s were charged`]),
    ...(charged === due ? [] : [`it was charged ${charged}, ${due} is due`]),
    ...(inWindows === charged ? [] : [`its windows sum to ${inWindows}, it was charged ${charged}`]),
    ...(held === 0n ? [] : [`${held} is still held`]),
    ...(ready?.priceMicrosPerHour === priceMicrosPerHour
      ? []
      : ['it was charged at another price than its attempt']),
    ...(agreed !== null && priceMicrosPerHour <= agreed ? [] : ['it was charged at more than was agreed to']),
  ]
}

function tiling({ segment, windows }: Case): string[] {
  const usage = windows.filter(({ kind }) => kind === 'usage')
  let upTo = segment!.startedAt!.getTime()
  for (const { windowStart, windowEnd } of usage) {
    if (windowStart.getTime() !== upTo)
      return [`a window begins at ${windowStart.toISOString()}, the one before ended elsewhere`]
    upTo = windowEnd.getTime()
  }
  return []
}

function limits({ rental, segment, events }: Case): string[] {
  const { endedAt, charged, chargedSeconds } = segment!
  // A meter that started after its own stop was closed at its start: a stretch of no length.
  if (chargedSeconds === 0) return []
  const moved = events.some(({ kind }) => kind === 'extended')
  const past = (instant: Date | null): boolean => instant !== null && endedAt! > instant
  return [
    ...(past(rental.stopRequestedAt)
      ? [
          `it was charged until ${endedAt!.toISOString()}, its stop was asked for at ${rental.stopRequestedAt!.toISOString()}`,
        ]
      : []),
    ...(past(rental.endsAt) ? ['it was charged beyond its end'] : []),
    ...(!moved && rental.durationSeconds !== null && chargedSeconds > rental.durationSeconds
      ? ['it was charged for longer than was asked for']
      : []),
    ...(rental.spendLimitMicros !== null && charged > rental.spendLimitMicros
      ? ['it was charged beyond its budget']
      : []),
  ]
}

function life({ rental, segment, pods }: Case): string[] {
  const pod = pods.find(({ instanceId }) => instanceId === rental.podId)
  if (!pod) return ['it was charged for a pod that no cloud ever had']
  const { startedAt } = segment!
  return startedAt!.getTime() < pod.bornMs ? ['it was charged from before its pod was born'] : []
}
