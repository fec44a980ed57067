import { TERMINAL_CLOSE, type TerminalResize } from '@berth/contract/pod-access'
import { openShell, type Shell, type TerminalSize } from '@berth/activities/providers/ssh/open-shell'
import type { SshEndpoint } from '@berth/activities/providers/port'
import type { RawData, WebSocket } from 'ws'
import { z } from 'zod'

/** Beyond this the pod is told to wait until the browser has read. */
const MAX_BUFFERED_BYTES = 1024 * 1024
const LOGIN_TIMEOUT_MS = 15_000
const PING_MS = 20_000
const IDLE_MS = 30 * 60_000
const LONGEST_MS = 12 * 3_600_000
/** What a close frame has room for. */
const MAX_REASON_BYTES = 120

const resizeSchema = z.object({
  type: z.literal('resize'),
  columns: z.int().min(1).max(1_000),
  rows: z.int().min(1).max(1_000),
}) satisfies z.ZodType<TerminalResize>

interface Terminal {
  ssh: SshEndpoint
  hostKeyFingerprint: string | null
  privateKey: string
  size: TerminalSize
}

/** Joins a WebSocket and a shell in the pod until either ends, nobody types for half an hour, or twelve hours have passed. */
export async function serveTerminal(socket: WebSocket, terminal: Terminal): Promise<void> {
  // Why collected: who types before the shell is there loses nothing.
  const early: [RawData, boolean][] = []
  const keep = (data: RawData, isBinary: boolean): void => void early.push([data, isBinary])
  socket.on('message', keep)
  const opened = await openShell({ ...terminal, timeoutMs: LOGIN_TIMEOUT_MS })
  socket.off('message', keep)
  if (!opened.ok) return socket.close(TERMINAL_CLOSE[opened.reason], reasonFor(opened.words))
  if (socket.readyState !== socket.OPEN) return opened.shell.close()
  join(socket, opened.shell, early)
}

function join(socket: WebSocket, shell: Shell, early: [RawData, boolean][]): void {
  const close = (code: number, words: string): void => socket.close(code, reasonFor(words))
  const idle = setTimeout(() => close(TERMINAL_CLOSE.idle, 'nobody typed for half an hour'), IDLE_MS)
  const longest = setTimeout(() => close(TERMINAL_CLOSE.tooLong, 'it was open for twelve hours'), LONGEST_MS)
  const pings = setInterval(() => socket.ping(), PING_MS)
  const hear = (data: RawData, isBinary: boolean): void => {
    idle.refresh()
    if (isBinary) shell.write(bytesOf(data))
    else resize(shell, bytesOf(data).toString('utf8'))
  }
  shell.onData((bytes) => {
    socket.send(bytes, () => socket.bufferedAmount <= MAX_BUFFERED_BYTES && shell.resume())
    if (socket.bufferedAmount > MAX_BUFFERED_BYTES) shell.pause()
  })
  shell.onEnd((code) =>
    code === null
      ? close(TERMINAL_CLOSE.lost, 'the connection to the pod was lost')
      : close(TERMINAL_CLOSE.exited, `the shell ended with ${code}`),
  )
  socket.on('message', hear)
  socket.on('close', () => {
    clearTimeout(idle)
    clearTimeout(longest)
    clearInterval(pings)
    shell.close()
  })
  for (const [data, isBinary] of early) hear(data, isBinary)
}

/** What is no resize is not ours to guess at; the terminal itself only ever comes as bytes. */
function resize(shell: Shell, text: string): void {
  const message = resizeSchema.safeParse(jsonOf(text))
  if (message.success) shell.resize(message.data)
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const bytesOf = (data: RawData): Buffer =>
  Array.isArray(data) ? Buffer.concat(data) : Buffer.isBuffer(data) ? data : Buffer.from(data)

const reasonFor = (words: string): string => {
  const bytes = Buffer.from(words, 'utf8')
  return bytes.length <= MAX_REASON_BYTES
    ? words
    : bytes
        .subarray(0, MAX_REASON_BYTES)
        .toString('utf8')
        .replace(/\uFFFD$/, '')
}
