import { EventEmitter } from 'node:events'
import type { Pod } from './pod.ts'

export type LogLine = Pod['logs'][number]

/** Followers of pods' logs; the lines themselves live with the pod. */
export type PodLogs = ReturnType<typeof createPodLogs>

/** What a pod keeps of its log; RunPod backfills at most 5,000 lines. */
const KEPT_LINES = 5000

export function createPodLogs({ nowMs }: { nowMs: () => number }) {
  const followers = new EventEmitter()
  followers.setMaxListeners(0)
  return {
    append(pod: Pod, source: LogLine['source'], line: string): void {
      const lastMs = Date.parse(pod.logs.at(-1)?.ts ?? '') || 0
      // Why never equal: the instant is the event's id, and a resume from it must not skip a line of the same one.
      const entry: LogLine = { ts: new Date(Math.max(nowMs(), lastMs + 1)).toISOString(), source, line }
      pod.logs.push(entry)
      if (pod.logs.length > KEPT_LINES) pod.logs.shift()
      followers.emit(pod.id, entry)
    },
    /** Calls for every line from now on, and once with null when the pod is gone. Answers the way to leave. */
    follow(podId: string, onLine: (line: LogLine | null) => void): () => void {
      followers.on(podId, onLine)
      return () => followers.off(podId, onLine)
    },
    end(podId: string): void {
      followers.emit(podId, null)
    },
  }
}
