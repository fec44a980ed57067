import type { z } from 'zod'
import type { ServerSentEvent } from '../http/event-stream.ts'
import type { ReportOddity } from '../http/status-words.ts'
import { numberLines } from '../log-lines.ts'
import type { LogLine } from '../port.ts'
import { logDataSchema } from './schema.ts'

interface ReadOptions {
  provider: string
  report: ReportOddity
}

/** The lines of RunPod's log events, oldest first; one that does not read is passed over and reported. */
export function linesOf(events: readonly ServerSentEvent[], { provider, report }: ReadOptions): LogLine[] {
  const lines = events.flatMap(({ data }) => {
    const parsed = logDataSchema.safeParse(jsonOf(data))
    if (parsed.success) return [{ at: parsed.data.ts, line: parsed.data.line }]
    // Why not the event itself: it holds what a renter's program printed, which is nobody else's to read.
    report({ provider, what: 'log event', word: parsed.error.issues.map(wordsOf).join('; ') })
    return []
  })
  return numberLines(lines)
}

const wordsOf = ({ path, message }: z.core.$ZodIssue): string => `${path.join('.') || 'event'}: ${message}`

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Why: the schema then reports the event as one we do not understand.
    return undefined
  }
}
