import { ApiError, TransportError } from '@berth/contract/client'
import type { FieldError } from '@berth/contract/field-complaints'
import type { ProblemCode } from '@berth/contract/problems'
import { plainly, WORDS_HERE, type Told } from '../i18n/told.ts'
import type { Text } from '../i18n/use-text.ts'
import { tellComplaint } from './complaint.ts'

export interface Failure {
  /** The API's code; `unreachable` when it was never heard, `unexpected` for a bug of this page. */
  code: ProblemCode | 'unreachable' | 'unexpected'
  /** The server's own sentence: what happened, what it cost, what to do. Null where there is none. */
  detail: string | null
  requestId: string | null
  /** By field name, the first complaint each. */
  fields: Readonly<Record<string, FieldError>>
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

/** Whether the answer about an offer is that it is not sold: not any more, or not while its provider takes no new pods. */
export function isOffMarket(error: unknown): boolean {
  const { code } = failureOf(error)
  return code === 'not_found' || code === 'offer_gone'
}

/** What a person can do about it. */
export interface Advice {
  words: string
  /** What the server said of this very case, where that is in another language than the reader's. */
  original: string | null
}

/** The server writes English: it is passed on to who reads that; others get the advice for its code, and the original after it. */
export function adviceOf({ code, detail, fields }: Failure, text: Text): Advice {
  const { t, locale } = text
  if (code === 'unreachable' || code === 'unexpected')
    return { words: t(`failures.${code}Detail`), original: null }
  if (locale.value.startsWith('en') && detail !== null) return { words: detail, original: null }
  const complaints = Object.values(fields)
    .map((error) => tellComplaint(error, text))
    .filter(({ words }) => words === null)
  const words = [t(`failures.advice.${code}`), ...complaints.map(({ sentence }) => sentence)]
  return { words: [...new Set(words)].join(' '), original: detail }
}

/** The same for one field, where it stands. */
export function tellAtField(failure: Failure, field: string, text: Text): Told {
  const error = failure.fields[field]
  if (error) return tellComplaint(error, text)
  const { words, original } = adviceOf(failure, text)
  if (original === null) return plainly(words)
  return { sentence: `${words} ${text.t('failures.original', { words: WORDS_HERE })}`, words: original }
}

function fieldsOf(errors: readonly FieldError[]): Record<string, FieldError> {
  const fields: Record<string, FieldError> = {}
  for (const error of errors) {
    const { pointer } = error
    const name = pointer.replace(/^#?\//, '').split('/')[0] ?? pointer
    fields[name] ??= error
  }
  return fields
}
