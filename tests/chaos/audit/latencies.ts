import type { Case } from './evidence.ts'

export interface Spread {
  count: number
  p50: number
  p99: number
  most: number
}

/** A create whose answer was lost must be adopted or destroyed within this. */
export const ORPHAN_LIMIT_SECONDS = 120

/** Seconds from the decision to end a rental until its pod's absence was proved. */
export const stopToAbsence = (cases: readonly Case[]): number[] =>
  cases.flatMap(({ events }) => {
    const stopping = events.find(({ kind }) => kind === 'stopping')
    const proved = events.findLast(({ kind }) => kind === 'absence_proved')
    return stopping && proved && proved.at >= stopping.at ? [secondsBetween(stopping.at, proved.at)] : []
  })

/** Seconds that each pod whose create went unheard lived before a rental knew of it, or before it was gone. */
export const orphanLives = (cases: readonly Case[]): { podId: string; seconds: number }[] =>
  cases.flatMap(({ rental, pods, events, attempts }) =>
    pods.flatMap(({ instanceId, attempt, bornMs, diedMs }) => {
      const of = (kind: string) =>
        events.find((event) => event.kind === kind && event.data['attempt'] === attempt)
      const adopted = of('pod_adopted')
      const known =
        rental.podId === instanceId || attempts.some(({ outcome }) => outcome?.podId === instanceId)
      if (known && !adopted) return []
      const until = known && adopted ? adopted.at.getTime() : diedMs
      return [{ podId: instanceId, seconds: ((until ?? Date.now()) - bornMs) / 1000 }]
    }),
  )

export const checkOrphans = (cases: readonly Case[]): string[] =>
  orphanLives(cases)
    .filter(({ seconds }) => seconds > ORPHAN_LIMIT_SECONDS)
    .map(({ podId, seconds }) => `the orphan ${podId} lived for ${seconds.toFixed(1)} s`)

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number): number =>
    sorted[Math.min(Math.floor(share * sorted.length), sorted.length - 1)] ?? 0
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), most: at(1) }
}

const secondsBetween = (from: Date, to: Date): number => (to.getTime() - from.getTime()) / 1000
