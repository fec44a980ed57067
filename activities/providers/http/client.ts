import type { z } from 'zod'
import { ProviderError, type ProviderErrorKind } from '../provider-error.ts'
import { type EventReading, readEvents, type ServerSentEvent } from './event-stream.ts'
import type { Pacer } from './pacer.ts'
import { readBody } from './read-body.ts'
import { redact, secretsOf } from './redact.ts'
import { parseRetryAfter } from './retry-after.ts'
import { type Effect, type FailureContext, transportFailure } from './transport-failure.ts'

/** One call as an adapter's api.ts states it. */
export interface HttpCall<T> {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Beneath the base URL, with its leading slash. */
  path: string
  query?: Record<string, string | number | boolean | undefined>
  headers?: Record<string, string>
  /** Sent as JSON where given. */
  body?: unknown
  /** By method where not said: GET reads, PUT and DELETE may be repeated, POST and PATCH happen once. */
  effect?: Effect
  /** Tolerant: unknown fields are dropped, a missing one is a `protocol` error. */
  schema: z.ZodType<T>
  timeoutMs?: number
  /** The limit of this endpoint, where it has one besides the account's; passed last, so that the gap is between sendings. */
  pacer?: Pacer
  signal: AbortSignal
}

/** An HTTP answer, understood or not. */
export interface HttpAnswer {
  /** As `statusOf` reads it, where the provider has one. */
  status: number
  headers: Headers
  text: string
  /** The text as JSON; undefined where it is none. */
  json: unknown
}

/** What an adapter says a refusal means; null leaves it to the rule by status. */
export type Classify = (
  answer: HttpAnswer,
  call: { method: string; path: string },
) => { kind: ProviderErrorKind; words: string; retryAfterMs?: number } | null

export interface HttpClientOptions {
  provider: string
  /** No slash at the end. */
  baseUrl: string
  /** Credentials among them; asked for at every call, so that a token may change. Never part of an error. */
  headers: (signal: AbortSignal) => Promise<Record<string, string>> | Record<string, string>
  timeoutMs: number
  pacer: Pacer
  classify: Classify
  /** The status that an answer should have had, for a provider that refuses within a 200. */
  statusOf?: (answer: HttpAnswer) => number
  maxBodyBytes?: number
}

export interface HttpClient {
  /** The parsed body of a 2xx answer; everything else is thrown as `ProviderError`. */
  request<T>(call: HttpCall<T>): Promise<T>
  /** The same, with null for 404. */
  requestOrAbsent<T>(call: HttpCall<T>): Promise<T | null>
  /** What an event stream has to say now; null for 404. */
  events(call: OpenCall & { reading: EventReading }): Promise<ServerSentEvent[] | null>
}

type OpenCall = Omit<HttpCall<unknown>, 'schema'>

const EFFECT_OF = {
  GET: 'none',
  PUT: 'repeatable',
  DELETE: 'repeatable',
  POST: 'once',
  PATCH: 'once',
} as const
const DEFAULT_PAUSE_MS = 5_000
const MAX_BODY_BYTES = 32 * 1024 * 1024

/** HTTP as every adapter speaks it: paced, bounded in time and size, and clear about what may have happened. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  async function send<T>(call: HttpCall<T>, absent: (status: number) => boolean): Promise<T | null> {
    const opened = await open(options, call)
    const answer = await answerOf(options, opened)
    if (absent(answer.status)) return null
    if (!isSuccess(answer)) throw refusal(options, { call, opened, answer })
    return parse(call, opened, answer)
  }

  return {
    requestOrAbsent: (call) => send(call, (status) => status === 404),
    async request<T>(call: HttpCall<T>) {
      return (await send(call, () => false)) as T
    },
    async events({ reading, ...call }) {
      const headers = { accept: 'text/event-stream', ...call.headers }
      const opened = await open(options, { ...call, headers })
      const { response, context } = opened
      if (response.status === 404) return null
      if (!response.ok) throw refusal(options, { call, opened, answer: await answerOf(options, opened) })
      if (response.body === null) return []
      return readEvents({ body: response.body, ...reading }).catch((error: unknown) => {
        throw transportFailure(error, { ...context, status: response.status })
      })
    },
  }
}

interface Opened {
  response: Response
  context: FailureContext
}

async function open(options: HttpClientOptions, call: OpenCall): Promise<Opened> {
  const { provider, pacer, baseUrl } = options
  await pacer.acquire(call.signal)
  await call.pacer?.acquire(call.signal)
  const signal = AbortSignal.any([call.signal, AbortSignal.timeout(call.timeoutMs ?? options.timeoutMs)])
  const credentials = await options.headers(signal)
  const context: FailureContext = {
    provider,
    effect: call.effect ?? EFFECT_OF[call.method],
    call: `${call.method} ${call.path}`,
    signal: call.signal,
    secrets: secretsOf(credentials),
  }
  try {
    const response = await fetch(urlOf(baseUrl, call), {
      method: call.method,
      headers: { accept: 'application/json', ...bodyHeaders(call), ...credentials, ...call.headers },
      signal,
      // Why: a redirect would carry the credentials to wherever it points.
      redirect: 'manual',
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    })
    return { response, context }
  } catch (error) {
    throw transportFailure(error, context)
  }
}

async function answerOf(options: HttpClientOptions, { response, context }: Opened): Promise<HttpAnswer> {
  try {
    const text = await readBody(response, options.maxBodyBytes ?? MAX_BODY_BYTES)
    const { status, headers } = response
    const answer = { status, headers, text, json: parseJson(text) }
    return { ...answer, status: options.statusOf?.(answer) ?? status }
  } catch (error) {
    throw transportFailure(error, { ...context, status: response.status })
  }
}

function refusal(options: HttpClientOptions, { call, opened, answer }: Refused): ProviderError {
  const { context } = opened
  const { kind, words, retryAfterMs } =
    options.classify(answer, call) ?? byStatus(answer.status, context.effect, answer.text)
  const waitMs = retryAfterMs ?? parseRetryAfter(answer.headers.get('retry-after'))
  if (kind === 'rate_limited') options.pacer.pauseFor(waitMs ?? DEFAULT_PAUSE_MS)
  return new ProviderError({
    provider: options.provider,
    kind,
    words: redact(`${words || 'no words'} (${context.call} answered ${answer.status})`, context.secrets),
    status: answer.status,
    ...(waitMs === null ? {} : { retryAfterMs: waitMs }),
  })
}

const isSuccess = ({ status }: HttpAnswer): boolean => status >= 200 && status < 300

interface Refused {
  call: OpenCall
  opened: Opened
  answer: HttpAnswer
}

function parse<T>(call: HttpCall<T>, { context }: Opened, answer: HttpAnswer): T {
  const parsed = call.schema.safeParse(answer.json ?? answer.text)
  if (parsed.success) return parsed.data
  throw new ProviderError({
    provider: context.provider,
    // Why: a create that was accepted has happened, whether or not its answer reads.
    kind: context.effect === 'once' ? 'ambiguous' : 'protocol',
    words: redact(`${context.call}: the answer does not read: ${issuesOf(parsed.error)}`, context.secrets),
    status: answer.status,
  })
}

const KIND_OF_STATUS: Readonly<Record<number, ProviderErrorKind>> = {
  400: 'invalid_request',
  401: 'auth',
  402: 'upstream_funds',
  403: 'auth',
  422: 'invalid_request',
  429: 'rate_limited',
}

/** The rule where an adapter knows nothing better: a 5xx after a create was sent may have come after its effect. */
function byStatus(
  status: number,
  effect: Effect,
  text: string,
): { kind: ProviderErrorKind; words: string; retryAfterMs?: number } {
  const words = text.trim()
  if (status >= 500 || status === 408) return { kind: effect === 'once' ? 'ambiguous' : 'unavailable', words }
  // Why not for a create: what it conflicts with, only its adapter can know.
  if (status === 409 && effect !== 'once') return { kind: 'not_yet', words }
  return { kind: KIND_OF_STATUS[status] ?? 'protocol', words }
}

function urlOf(baseUrl: string, { path, query = {} }: OpenCall): URL {
  const url = new URL(`${baseUrl}${path}`)
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value))
  }
  return url
}

const bodyHeaders = ({ body }: OpenCall): Record<string, string> =>
  body === undefined ? {} : { 'content-type': 'application/json' }

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Why: some providers answer in plain text; the schema or the classifier decides what that means.
    return undefined
  }
}

const issuesOf = (error: z.ZodError): string =>
  error.issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`)
    .join('; ')
