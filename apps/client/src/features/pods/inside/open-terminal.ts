import type { TerminalResize } from '@berth/contract/pod-access'

export interface TerminalLine {
  type: (bytes: Uint8Array) => void
  resize: (size: { columns: number; rows: number }) => void
  close: () => void
}

interface TerminalOptions {
  rentalId: string
  size: { columns: number; rows: number }
  onData: (bytes: Uint8Array) => void
  /** Once, with the server's code and words. */
  onClose: (end: { code: number; words: string }) => void
}

/** The WebSocket of a rental's terminal; the session cookie opens it, the key to the pod never comes here. */
export function openTerminal({ rentalId, size, onData, onClose }: TerminalOptions): TerminalLine {
  const address = new URL(`/v1/rentals/${encodeURIComponent(rentalId)}/terminal`, location.href)
  address.protocol = address.protocol.replace('http', 'ws')
  address.search = new URLSearchParams({ columns: `${size.columns}`, rows: `${size.rows}` }).toString()
  const socket = new WebSocket(address)
  socket.binaryType = 'arraybuffer'
  const whenOpen = (send: () => void): void => {
    if (socket.readyState === WebSocket.OPEN) send()
    else if (socket.readyState === WebSocket.CONNECTING) socket.addEventListener('open', send, { once: true })
  }
  socket.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => onData(new Uint8Array(data)))
  socket.addEventListener('close', ({ code, reason }) => onClose({ code, words: reason }))
  return {
    type: (bytes) => whenOpen(() => socket.send(Uint8Array.from(bytes))),
    resize: ({ columns, rows }) => {
      const message: TerminalResize = { type: 'resize', columns, rows }
      whenOpen(() => socket.send(JSON.stringify(message)))
    },
    close: () => socket.close(),
  }
}
