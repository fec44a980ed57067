/** The time an emulated cloud lives by: real by default, moved by a test, with timers that follow it. */
export interface EmulatorClock {
  nowMs(): number
  /** Runs once that much emulated time has passed; answers the way to call it off. */
  schedule(delayMs: number, run: () => void): () => void
  advance(ms: number): void
  /** Moves to this instant; going back is refused, since meters and timers would contradict each other. */
  set(atMs: number): void
  /** Time stands still until advanced, set or resumed. */
  freeze(): void
  resume(): void
  isFrozen(): boolean
  close(): void
}

interface Timer {
  readonly atMs: number
  readonly run: () => void
}

const LONGEST_NODE_TIMEOUT_MS = 2 ** 31 - 1

/** A clock of its own for one emulator (or one shared by all of a process). */
export function createClock({ frozenAtMs = null }: { frozenAtMs?: number | null } = {}): EmulatorClock {
  let frozen = frozenAtMs
  let offsetMs = 0
  let timers: Timer[] = []
  let armed: NodeJS.Timeout | undefined

  const nowMs = (): number => frozen ?? Date.now() + offsetMs

  function runDue(untilMs: number): void {
    for (let next = timers[0]; next !== undefined && next.atMs <= untilMs; next = timers[0]) {
      timers.shift()
      next.run()
    }
    arm()
  }

  function arm(): void {
    clearTimeout(armed)
    const next = timers[0]
    if (next === undefined || (frozen !== null && next.atMs > frozen)) return
    const waitMs = Math.min(Math.max(next.atMs - nowMs(), 0), LONGEST_NODE_TIMEOUT_MS)
    armed = setTimeout(() => runDue(nowMs()), waitMs)
    armed.unref()
  }

  function set(atMs: number): void {
    if (atMs < nowMs()) throw new RangeError('an emulated clock only goes forward')
    // Why stepwise: what a timer does must happen at its own instant, not at the end of the jump.
    for (let next = timers[0]; next !== undefined && next.atMs <= atMs; next = timers[0]) {
      moveTo(Math.max(next.atMs, nowMs()))
      timers.shift()
      next.run()
    }
    moveTo(Math.max(atMs, nowMs()))
    arm()
  }

  function moveTo(atMs: number): void {
    if (frozen === null) offsetMs += atMs - nowMs()
    else frozen = atMs
  }

  return {
    nowMs,
    set,
    advance: (ms) => set(nowMs() + ms),
    schedule(delayMs, run) {
      const timer: Timer = { atMs: nowMs() + Math.max(delayMs, 0), run }
      timers = [...timers, timer].sort((a, b) => a.atMs - b.atMs)
      arm()
      return () => {
        timers = timers.filter((other) => other !== timer)
        arm()
      }
    },
    freeze() {
      frozen = nowMs()
      arm()
    },
    resume() {
      if (frozen !== null) offsetMs = frozen - Date.now()
      frozen = null
      arm()
    },
    isFrozen: () => frozen !== null,
    close() {
      timers = []
      clearTimeout(armed)
    },
  }
}
