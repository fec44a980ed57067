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

/** Codes with which the server ends a terminal; the reason beside them is English, for programs and logs. */
export const TERMINAL_CLOSE = {
  /** The shell ended by itself. */
  exited: 1000,
  /** Our side restarts. */
  restarting: 1001,
  /** The login failed, by what stood in its way; the reason is what the connection said. */
  unreachable: 4001,
  not_ssh: 4011,
  auth_refused: 4012,
  /** Another machine answers than the one that was handed over; the reason is its host key's fingerprint. */
  other_host: 4013,
  /** The rental has no pod to log in to. */
  notRunning: 4002,
  /** Nobody typed for half an hour. */
  idle: 4003,
  /** It had been open for twelve hours. */
  tooLong: 4004,
  /** The connection to the pod broke off. */
  lost: 4005,
  /** The session that opened it has ended. */
  signedOut: 4006,
  /** The part of Berth that reaches pods does not answer. */
  gatewayDown: 4007,
} as const satisfies Record<string, number> & Record<SshFailure, number>
