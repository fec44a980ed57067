import type { SshFailure } from './pod-access.ts'

/**
 * What the API asks of the worker's pod gateway, over HTTP inside the installation. The worker holds the keys to clouds and
 * pods, the API knows whose pod it is; neither can show a pod to a person without the other.
 */
export const podGatewayPaths = {
  /** GET, `?after=<line id>`: newline-delimited `LogNews` until the pod is gone. */
  logs: (rentalId: string) => `/pods/${encodeURIComponent(rentalId)}/logs`,
  /** GET, upgraded to a WebSocket that speaks `terminal-messages.ts`. */
  terminal: (rentalId: string) => `/pods/${encodeURIComponent(rentalId)}/terminal`,
  /** POST: `PodTest`. */
  test: (rentalId: string) => `/pods/${encodeURIComponent(rentalId)}/test`,
} as const

export interface LogNewsLine {
  /** Names the line for resuming; opaque. */
  id: string
  at: string
  line: string
}

export type LogNews =
  | { kind: 'lines'; lines: LogNewsLine[] }
  /** The provider could not be asked just now; it will be asked again. Words null: it is we who failed. */
  | { kind: 'trouble'; words: string | null }
  /** Nothing: says that the stream lives. */
  | { kind: 'quiet' }

/** Why there is nothing to look at; the answer's status is 409. */
export interface PodRefusal {
  refused: 'not_running' | 'no_logs' | 'no_key'
}

export type PodTest =
  | { ok: true; milliseconds: number }
  | { ok: false; reason: SshFailure; words: string; milliseconds: number }
