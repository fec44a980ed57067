import { setTimeout as delay } from 'node:timers/promises'

/** Lets callers of one name pass one by one, this many milliseconds apart, in the order in which they came. */
export function createTurns(spacingMs: number): { next: (name: string) => Promise<void> } {
  const nextAtMs = new Map<string, number>()
  return {
    async next(name) {
      const nowMs = Date.now()
      const atMs = Math.max(nowMs, nextAtMs.get(name) ?? 0)
      nextAtMs.set(name, atMs + spacingMs)
      if (atMs > nowMs) await delay(atMs - nowMs)
    },
  }
}
