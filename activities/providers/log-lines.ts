import type { LogLine } from './port.ts'

/**
 * Upstreams date their lines, and several may share an instant. Our ids are the instant and the line's place among those
 * that share it, so that a reader resumes exactly: read again from just before the instant, pass over what was seen.
 */
export function numberLines(lines: readonly { at: string; line: string }[]): LogLine[] {
  const placeAt = new Map<string, number>()
  return lines.map(({ at, line }) => {
    const place = placeAt.get(at) ?? 0
    placeAt.set(at, place + 1)
    return { id: `${at}#${place}`, at, line }
  })
}

/** The instant to read again from, in milliseconds; null to read from the beginning. */
export function resumeAtMs(after: string | null): number | null {
  const atMs = Date.parse(after?.split('#')[0] ?? '')
  return Number.isNaN(atMs) ? null : atMs - 1
}

/** The lines that come after this id. */
export function linesAfter(lines: readonly LogLine[], after: string | null): LogLine[] {
  return after === null ? [...lines] : lines.filter(({ id }) => comesAfter(id, after))
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
