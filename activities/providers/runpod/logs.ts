import type { ServerSentEvent } from '../http/event-stream.ts'
import type { ReportOddity } from '../http/status-words.ts'
import type { LogLine } from '../port.ts'
import { logDataSchema } from './schema.ts'

/**
 * RunPod's event ids are instants, and several lines may share one. Ours are the instant and the line's place among those
 * that share it, so that a reader resumes exactly: from just before the instant, passing over what was seen.
 */
export function resumePoint(after: string | null): string | null {
  const atMs = Date.parse(after?.split('#')[0] ?? '')
  return Number.isNaN(atMs) ? null : new Date(atMs - 1).toISOString()
}

/** The lines after the given id, oldest first. */
export function linesAfter(
  events: readonly ServerSentEvent[],
  { after, provider, report }: { after: string | null; provider: string; report: ReportOddity },
): LogLine[] {
  const placeAt = new Map<string, number>()
  const lines: LogLine[] = []
  for (const { data } of events) {
    const parsed = logDataSchema.safeParse(jsonOf(data))
    if (!parsed.success) {
      report({ provider, what: 'log event', word: data.slice(0, 40) })
      continue
    }
    const { ts: at, line } = parsed.data
    const place = placeAt.get(at) ?? 0
    placeAt.set(at, place + 1)
    lines.push({ id: `${at}#${place}`, at, line })
  }
  return after === null ? lines : lines.filter(({ id }) => comesAfter(id, after))
}

function comesAfter(id: string, after: string): boolean {
  const [at = '', place] = id.split('#')
  const [afterAt = '', afterPlace] = after.split('#')
  const [instant, seen] = [comparable(at), comparable(afterAt)]
  return instant === seen ? Number(place) > Number(afterPlace) : instant > seen
}

/** UTC instants with fractions of any length, made comparable as text; milliseconds are too coarse for log lines. */
function comparable(at: string): string {
  const [, whole = at, fraction = ''] = /^(.*?)(?:\.(\d+))?Z$/.exec(at) ?? []
  return `${whole}.${fraction.padEnd(9, '0')}`
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Why: the schema then reports the event as one we do not understand.
    return undefined
  }
}
