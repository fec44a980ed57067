import { type PodLog, podLogSchema } from '@berth/contract/schemas/rentals'
import type { LogNews } from '@berth/contract/pod-gateway'
import { type Request, Router } from 'express'
import { type Authenticate, requireUser } from '../../http/authenticate.ts'
import { type EventStream, openEventStream } from '../../http/event-stream.ts'
import { problem } from '../../http/problem.ts'
import type { LiveStreams, AccessWatch } from '../events/live-streams.ts'
import type { RentalQueries } from '../rentals/rental-queries.ts'
import type { PodGatewayClient } from './pod-gateway-client.ts'

interface LogRoutesDeps {
  authenticate: Authenticate
  queries: RentalQueries
  gateway: PodGatewayClient
  streams: LiveStreams
  access: AccessWatch
}

/** Ids of log lines are the provider adapter's: an instant and a place. */
const LINE_ID = /^[\w:.+#-]{1,100}$/

/** `GET /v1/rentals/:id/logs`: what the pod says, live, for its renter. */
export function createLogRoutes({ authenticate, queries, gateway, streams, access }: LogRoutesDeps): Router {
  const router = Router()
  router.get('/v1/rentals/:id/logs', async (request, response) => {
    const user = await requireUser(authenticate, request)
    const rental = await queries.find(user, request.params.id)
    if (!streams.hasRoom(user.id))
      throw problem('rate_limited', 'Too many live connections of yours are open. Close some tabs.')
    const ended = new AbortController()
    response.on('close', () => ended.abort())
    const news = await gateway.logs(rental.id, lastLine(request), ended.signal)
    const stream = openEventStream(response)
    streams.add(stream, { userId: user.id, ...access.of(request) })
    await passOn(news, stream, ended.signal)
  })
  return router
}

/** Until either side ends it; a reader comes back by itself with the last line it saw. */
async function passOn(news: AsyncIterable<LogNews>, stream: EventStream, ended: AbortSignal): Promise<void> {
  try {
    for await (const item of news) tell(stream, item)
  } catch (error) {
    if (!ended.aborted) throw error
  } finally {
    stream.close()
  }
}

function tell(stream: EventStream, news: LogNews): void {
  if (news.kind === 'quiet') return
  const log: PodLog = news.kind === 'lines' ? { type: 'log.lines', lines: news.lines } : troubleOf(news.words)
  const id = news.kind === 'lines' ? news.lines.at(-1)?.id : undefined
  stream.send({ type: log.type, data: podLogSchema.parse(log), ...(id === undefined ? {} : { id }) })
}

const troubleOf = (words: string | null): PodLog => ({
  type: 'log.trouble',
  by: words === null ? 'us' : 'provider',
  words: words ?? 'The log could not be read. It is being tried again.',
})

function lastLine(request: Request): string | null {
  const id = request.get('last-event-id')
  return id !== undefined && LINE_ID.test(id) ? id : null
}
