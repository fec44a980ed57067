import type { Told, World } from './world/world.ts'

const HEARTBEAT_MS = 15_000

/** `GET /v1/events`: first what was missed since `Last-Event-ID`, then what happens, until the reader leaves. */
export function openMockStream(world: World, lastEventId: string | null, left: AbortSignal | null): Response {
  const encoder = new TextEncoder()
  let leave = () => {}
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const write = (text: string) => controller.enqueue(encoder.encode(text))
      const stopListening = world.listen((told) => write(frame(told)))
      const heartbeat = setInterval(() => write(': still here\n\n'), HEARTBEAT_MS)
      leave = () => {
        stopListening()
        clearInterval(heartbeat)
      }
      left?.addEventListener('abort', () => {
        leave()
        controller.error(left.reason)
      })
      write('retry: 2000\n\n')
      for (const told of missed(world, lastEventId)) write(frame(told))
    },
    cancel: () => leave(),
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream; charset=utf-8' } })
}

function missed({ state }: World, lastEventId: string | null): Told[] {
  if (lastEventId === null || !/^\d+$/.test(lastEventId)) return []
  return state.told.filter(({ id }) => id !== null && BigInt(id) > BigInt(lastEventId))
}

const frame = ({ id, event }: Told): string =>
  `${id === null ? '' : `id: ${id}\n`}event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
