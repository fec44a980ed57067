import { numberLines } from '../log-lines.ts'
import type { LogLine } from '../port.ts'

const HEADER_BYTES = 8

/**
 * Reads the engine's log stream: frames of an eight-byte header (stream, length) and text, each line led by its time.
 * Lines of both streams are put in the order of their times, which the engine does not promise.
 */
export function readContainerLogs(stream: Buffer): LogLine[] {
  const lines = framesOf(stream)
    .toString('utf8')
    .split('\n')
    .map((text) => /^(\S+Z) ?(.*)$/.exec(text.replace(/\r$/, '')))
    .flatMap((match) => (match?.[1] === undefined ? [] : [{ at: match[1], line: match[2] ?? '' }]))
  return numberLines(lines.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)))
}

/** A container with a terminal has no frames; its first byte is then a digit of a year. */
function framesOf(stream: Buffer): Buffer {
  if (stream.length > 0 && (stream[0] ?? 0) > 2) return stream
  const contents: Buffer[] = []
  for (let at = 0; at + HEADER_BYTES <= stream.length;) {
    const length = stream.readUInt32BE(at + 4)
    contents.push(stream.subarray(at + HEADER_BYTES, at + HEADER_BYTES + length))
    at += HEADER_BYTES + length
  }
  return Buffer.concat(contents)
}
