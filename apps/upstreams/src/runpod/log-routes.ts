import express, { type Request, type Router } from 'express'
import { z } from 'zod'
import type { Pod } from './pod.ts'
import type { LogLine, PodLogs } from './pod-logs.ts'
import type { Pods } from './pods.ts'
import { sendProblem } from './problem.ts'
import { parseRequest } from './requests.ts'

const querySchema = z.object({
  source: z.enum(['container', 'system']).optional(),
  tail: z.coerce.number().int().min(0).max(5000).default(100),
  since: z.iso.datetime({ offset: true }).optional(),
})
type LogQuery = z.infer<typeof querySchema>

/** The event id is the instant of the line, which is unique within a pod (see `createPodLogs`). */
const eventOf = (line: LogLine): string => `id: ${line.ts}\ndata: ${JSON.stringify(line)}\n\n`

/** `/pods/{id}/logs`: server-sent events, resumed by Last-Event-ID, open until the caller leaves or the pod ends. */
export function createLogRoutes({ pods, logs }: { pods: Pods; logs: PodLogs }): Router {
  const router = express.Router()
  router.get('/pods/:id/logs', (request, response) => {
    const pod = pods.get(request.params.id)
    const query = parseRequest(querySchema, request.query)
    if (pod === undefined) {
      sendProblem(response, { status: 404, detail: 'pod not found' })
      return
    }
    if (!query.ok) {
      sendProblem(response, query.problem)
      return
    }
    const { source } = query.value
    const wanted = (line: LogLine): boolean => source === undefined || line.source === source
    response.set({
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-cache',
      'X-Accel-Buffering': 'no',
    })
    response.flushHeaders()
    for (const line of backfill(pod, query.value, request).filter(wanted)) response.write(eventOf(line))
    const leave = logs.follow(pod.id, (line) => {
      if (line === null) response.end()
      else if (wanted(line)) response.write(eventOf(line))
    })
    response.on('close', leave)
  })
  return router
}

/** The resume cursor goes before `since`, and that before `tail`. */
function backfill(pod: Pod, { since, tail }: LogQuery, request: Request): readonly LogLine[] {
  const lastSeenMs = Date.parse(request.get('Last-Event-ID')?.split('/')[0] ?? '')
  if (!Number.isNaN(lastSeenMs)) return pod.logs.filter(({ ts }) => Date.parse(ts) > lastSeenMs)
  if (since !== undefined) return pod.logs.filter(({ ts }) => Date.parse(ts) >= Date.parse(since))
  return tail === 0 ? [] : pod.logs.slice(-tail)
}
