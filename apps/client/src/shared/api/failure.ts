import { ApiError, TransportError } from '@berth/contract/client'
import type { ProblemCode } from '@berth/contract/problems'
import type { Text } from '../i18n/use-text.ts'

export interface Failure {
  /** The API's code; `unreachable` when it was never heard, `unexpected` for a bug of this page. */
  code: ProblemCode | 'unreachable' | 'unexpected'
  /** The server's own sentence: what happened, what it cost, what to do. Null where there is none. */
  detail: string | null
  requestId: string | null
  /** By field name, the first complaint each. */
  fields: Readonly<Record<string, string>>
  /** Whether trying again unchanged can help. */
  retryable: boolean
  /** Figures and names to act on, as the contract says for the code. */
  data: Readonly<Record<string, unknown>>
}

const RETRYABLE: ReadonlySet<string> = new Set<ProblemCode>([
  'rate_limited',
  'internal',
  'orchestrator_unavailable',
  'payments_unavailable',
  'pods_unreachable',
  'idempotency_in_progress',
])

/** Turns whatever was thrown into what a person can be told. */
export function failureOf(error: unknown): Failure {
  if (error instanceof ApiError) {
    const { code, detail, requestId, errors = [], data = {} } = error.problem
    return { code, detail, requestId, fields: fieldsOf(errors), retryable: RETRYABLE.has(code), data }
  }
  if (error instanceof TransportError) {
    return { code: 'unreachable', detail: null, requestId: null, fields: {}, retryable: true, data: {} }
  }
  return { code: 'unexpected', detail: null, requestId: null, fields: {}, retryable: false, data: {} }
}

/** What a person can do about it. */
export interface Advice {
  words: string
  /** What the server said of this very case, where that is in another language than the reader's. */
  original: string | null
}

/** The server writes English: it is passed on to who reads that; others get the advice for its code, and the original after it. */
export function adviceOf({ code, detail }: Failure, { t, locale }: Text): Advice {
  if (code === 'unreachable' || code === 'unexpected')
    return { words: t(`failures.${code}Detail`), original: null }
  if (locale.value.startsWith('en') && detail !== null) return { words: detail, original: null }
  return { words: t(`failures.advice.${code}`), original: detail }
}

function fieldsOf(errors: readonly { pointer: string; detail: string }[]): Record<string, string> {
  const fields: Record<string, string> = {}
  for (const { pointer, detail } of errors) {
    const name = pointer.replace(/^#?\//, '').split('/')[0] ?? pointer
    fields[name] ??= detail
  }
  return fields
}
