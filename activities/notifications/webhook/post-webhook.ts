import { request as requestHttp, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import { guardedLookup } from './guarded-lookup.ts'

const TIMEOUT_MS = 10_000
/** What is kept of an answer, for the log. */
const MAX_ANSWER_BYTES = 1_024

export interface WebhookPost {
  url: string
  headers: Record<string, string>
  body: string
  allowLocal: boolean
  timeoutMs?: number
}

/**
 * One POST: no redirect is followed, no connection is shared, the answer is read up to 1 KiB and the whole ends after ten
 * seconds. Throws where nobody answered.
 */
export function postWebhook({
  url,
  headers,
  body,
  allowLocal,
  timeoutMs = TIMEOUT_MS,
}: WebhookPost): Promise<{ status: number; answer: string }> {
  const send = new URL(url).protocol === 'https:' ? requestHttps : requestHttp
  const signal = AbortSignal.timeout(timeoutMs)
  return new Promise((resolve, reject) => {
    const request = send(url, {
      method: 'POST',
      headers: {
        ...headers,
        'content-type': 'application/json; charset=utf-8',
        'content-length': String(Buffer.byteLength(body)),
        'user-agent': 'Berth-Webhooks/1',
      },
      agent: false,
      signal,
      ...(allowLocal ? {} : { lookup: guardedLookup }),
    })
    request.on('error', (error) =>
      reject(signal.aborted ? new Error(`no answer within ${timeoutMs / 1000} s`) : error),
    )
    request.on('response', (response) => {
      beginningOf(response).then(
        (answer) => resolve({ status: response.statusCode ?? 0, answer }),
        () => resolve({ status: response.statusCode ?? 0, answer: '' }),
      )
    })
    request.end(body)
  })
}

/** Reads so much and hangs up on the rest. */
async function beginningOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    length += chunk.length
    if (length >= MAX_ANSWER_BYTES) break
  }
  return Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES).toString('utf8')
}
