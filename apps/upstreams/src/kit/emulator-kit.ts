import type { z } from 'zod'
import { createClock, type EmulatorClock } from './clock.ts'
import { createFaults, type Faults } from './faults.ts'
import { createMeter, type Meter } from './meter.ts'
import { createRequestLog, type RequestLog } from './request-log.ts'

/** What every emulated upstream is made of, before it has an API of its own. */
export interface EmulatorKit<Own extends { kind: string }> {
  readonly clock: EmulatorClock
  readonly meter: Meter
  readonly faults: Faults<Own>
  readonly requests: RequestLog
  readonly latency: Latency
}

/** Milliseconds every answer waits; changed while running. */
export interface Latency {
  ms: number
}

export interface EmulatorKitOptions {
  readonly clock?: EmulatorClock | undefined
  readonly latencyMs?: number | undefined
}

/** The shared parts of one emulator; `ownFaults` names the faults only this provider can show. */
export function createEmulatorKit<Own extends { kind: string }>({
  clock = createClock(),
  latencyMs = 0,
  ownFaults,
  onChange,
}: EmulatorKitOptions & { ownFaults: z.ZodType<Own>; onChange?: () => void }): EmulatorKit<Own> {
  return {
    clock,
    meter: createMeter({ clock, ...(onChange && { onChange }) }),
    faults: createFaults({ own: ownFaults }),
    requests: createRequestLog({ clock }),
    latency: { ms: latencyMs },
  }
}
