import type { RequestHandler } from 'express'
import type { EmulatorClock } from './clock.ts'

/** One request as the emulator saw it. Credentials are not kept. */
export interface CapturedRequest {
  readonly atMs: number
  readonly method: string
  readonly path: string
  readonly query: string
  readonly body: unknown
  /** Null where the connection ended without an answer. */
  readonly status: number | null
}

/** The last requests an emulator served, so a test can say what went over the wire and how often. */
export type RequestLog = ReturnType<typeof createRequestLog>

export function createRequestLog({ clock, limit = 2000 }: { clock: EmulatorClock; limit?: number }) {
  let captured: CapturedRequest[] = []

  const capture: RequestHandler = (request, response, next) => {
    const atMs = clock.nowMs()
    const [path = '', query = ''] = request.originalUrl.split('?')
    response.once('close', () => {
      const status = response.writableFinished ? response.statusCode : null
      captured.push({ atMs, method: request.method, path, query, body: request.body as unknown, status })
      if (captured.length > limit) captured = captured.slice(-limit)
    })
    next()
  }

  return {
    capture,
    list: (): readonly CapturedRequest[] => captured,
    count: (method: string, path: RegExp): number =>
      captured.filter((request) => request.method === method && path.test(request.path)).length,
    clear(): void {
      captured = []
    },
  }
}
