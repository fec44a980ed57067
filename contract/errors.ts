/**
 * Outcomes that a caller did not ask for. One class; the code says which. Mapped in two places only:
 * problem+json at the API, ApplicationFailure (type = code) at an activity.
 */
export class DomainError extends Error {
  override readonly name = 'DomainError'
  readonly code: string
  /** Whether the same call may succeed later without the caller changing anything. */
  readonly retryable: boolean
  readonly details: Readonly<Record<string, unknown>>

  constructor(
    code: string,
    message: string,
    options: { retryable?: boolean; cause?: unknown; details?: Record<string, unknown> } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.code = code
    this.retryable = options.retryable ?? false
    this.details = options.details ?? {}
  }
}

/** Closes a switch over a union: a new member fails to compile until it is answered. */
export function assertNever(value: never): never {
  throw new Error(`unhandled case: ${JSON.stringify(value)}`)
}

/** States what must hold; a violation is a bug of ours and never the caller's fault. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`invariant violated: ${message}`)
}
