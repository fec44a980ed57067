import type { ServerResponse } from 'node:http'
import type { LogNews } from '@berth/contract/pod-gateway'
import type { LogHub, WatchedPod } from './log-hub.ts'

const HEARTBEAT_MS = 15_000

/** One `LogNews` a line until the reader goes, or there is nothing more to hear. */
export function serveLogs(
  response: ServerResponse,
  { hub, pod, after }: { hub: LogHub; pod: WatchedPod; after: string | null },
): void {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' })
  response.flushHeaders()
  const tell = (news: LogNews): void => void response.write(`${JSON.stringify(news)}\n`)
  const heartbeat = setInterval(() => tell({ kind: 'quiet' }), HEARTBEAT_MS)
  const end = (): void => {
    clearInterval(heartbeat)
    response.end()
  }
  const stop = hub.watch(pod, after, { hear: tell, end })
  response.on('close', () => {
    clearInterval(heartbeat)
    stop()
  })
}
