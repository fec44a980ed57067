/** What stood in the way of an SSH login. Zod-free. */
export const SSH_FAILURES = ['unreachable', 'not_ssh', 'auth_refused', 'other_host'] as const
export type SshFailure = (typeof SSH_FAILURES)[number]

/**
 * The web terminal's WebSocket: binary messages are the bytes of the terminal both ways; text messages are JSON, the
 * browser's a resize, the server's why it closes.
 */
export interface TerminalResize {
  type: 'resize'
  columns: number
  rows: number
}

/** Codes with which the server ends a terminal. */
export const TERMINAL_CLOSE = {
  /** The shell ended by itself. */
  exited: 1000,
  /** The pod could not be reached, or the connection to it was lost; the reason is in words. */
  unreachable: 4001,
  /** The rental has no pod to log in to. */
  notRunning: 4002,
  /** Nobody typed for too long, or it had been open for too long. */
  idle: 4003,
} as const
