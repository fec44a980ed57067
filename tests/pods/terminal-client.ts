import { WebSocket } from 'ws'

export interface TerminalClient {
  type: (text: string) => void
  resize: (columns: number, rows: number) => void
  /** All that the terminal has shown so far. */
  screen: () => string
  closed: Promise<{ code: number; reason: string }>
  close: () => void
}

interface Visit {
  apiUrl: string
  rentalId: string
  cookie?: string
  origin?: string
}

/** Opens a rental's terminal as the dashboard's page does. Rejects with the status of a refused handshake. */
export async function openTerminal({ apiUrl, rentalId, cookie, origin }: Visit): Promise<TerminalClient> {
  const address = `${apiUrl.replace('http', 'ws')}/v1/rentals/${rentalId}/terminal?columns=100&rows=30`
  const socket = new WebSocket(address, {
    headers: { ...(cookie === undefined ? {} : { cookie }), ...(origin === undefined ? {} : { origin }) },
  })
  let shown = ''
  socket.on('message', (data: Buffer) => (shown += data.toString('utf8')))
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.once('close', (code, reason) => resolve({ code, reason: reason.toString('utf8') }))
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('unexpected-response', (_request, { statusCode }) => reject(new Error(`HTTP ${statusCode}`)))
    socket.once('error', reject)
  })
  return {
    type: (text) => socket.send(Buffer.from(text), { binary: true }),
    resize: (columns, rows) => socket.send(JSON.stringify({ type: 'resize', columns, rows })),
    screen: () => shown,
    closed,
    close: () => socket.close(),
  }
}
