import { ApiError } from '@berth/contract/client'

export interface Intent {
  /** The idempotency key for this body: the same until the body changes or an answer settles it. */
  keyFor: (body: unknown) => string
  /** Tells how the call went: a refusal settles the intent, an unknown outcome keeps it for the retry. */
  settle: (error?: unknown) => void
}

/**
 * One key per intent of a person. Pressing again after a cut connection must not rent twice, therefore the key
 * stays; after a clear answer, or with other choices, pressing again is a new wish and needs a new key.
 */
export function createIntent(newKey: () => string = () => crypto.randomUUID()): Intent {
  let current: { body: string; key: string } | null = null
  return {
    keyFor(body) {
      const text = JSON.stringify(body)
      if (current?.body !== text) current = { body: text, key: newKey() }
      return current.key
    },
    settle(error) {
      if (error === undefined || isSettled(error)) current = null
    },
  }
}

function isSettled(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false
  return error.problem.status < 500 && error.problem.code !== 'idempotency_in_progress'
}
