import type { PodLog } from '@berth/contract/schemas/rentals'
import { refuse } from './world/refuse.ts'
import { isoAt, type World } from './world/world.ts'

const LINE_EVERY_MS = 900
/** Told at once to whoever opens the log. */
const EARLIER_LINES = 20
const PATH = /^\/v1\/rentals\/([^/]+)\/logs$/

/** The rental whose log this address is; null for every other address. */
export const logOf = (path: string): string | null => PATH.exec(path)?.[1] ?? null

/** `GET /v1/rentals/:id/logs`: a training run that goes on for as long as somebody reads. */
export function openMockLog(
  world: World,
  rentalId: string,
  lastEventId: string | null,
  left: AbortSignal | null,
): Response {
  const { state } = world
  if (!state.signedIn) throw refuse('not_signed_in', 'Sign in to do this.')
  const rental = state.rentals.find(({ view }) => view.id === rentalId)
  if (!rental) throw refuse('not_found', 'There is no such rental among yours.')
  const { startedAt } = rental.view.meter
  if (rental.view.phase !== 'running' || startedAt === null)
    throw refuse('pod_not_running', 'There is no pod to look into: it is not running yet, or not any more.')
  if (rental.view.podKind === 'vm')
    throw refuse('no_logs', 'This provider shows no logs of its pods. Log in to read them there.')

  const startMs = Date.parse(startedAt)
  const newest = (): number => Math.floor((world.nowMs() - startMs) / LINE_EVERY_MS)
  let next = lastEventId === null ? Math.max(0, newest() - EARLIER_LINES) : Number(lastEventId) + 1
  const encoder = new TextEncoder()
  let timer: ReturnType<typeof setInterval> | undefined
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const tell = (): void => {
        const lines = []
        for (; next <= newest(); next += 1) lines.push(lineAt(next, startMs))
        const event: PodLog = { type: 'log.lines', lines }
        if (lines.length > 0)
          controller.enqueue(
            encoder.encode(`id: ${next - 1}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`),
          )
      }
      timer = setInterval(tell, LINE_EVERY_MS)
      left?.addEventListener('abort', () => {
        clearInterval(timer)
        controller.error(left.reason)
      })
      controller.enqueue(encoder.encode('retry: 2000\n\n'))
      tell()
    },
    cancel: () => clearInterval(timer),
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream; charset=utf-8' } })
}

const lineAt = (number: number, startMs: number) => ({
  id: String(number),
  at: isoAt(startMs + number * LINE_EVERY_MS),
  line: `step ${number * 10} | loss ${(2.4 / (1 + number / 80)).toFixed(4)} | 14.2 samples/s`,
})
