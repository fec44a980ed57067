import { connect } from 'node:net'

/**
 * Asks `check` until it says yes. `giveUp` answering a reason (the process it waits for died) ends the wait at once, so
 * nobody looks at a spinner for a process that is no more.
 */
export async function waitUntil(options: {
  what: string
  check: () => Promise<boolean>
  timeoutMs: number
  intervalMs?: number
  giveUp?: () => string | undefined
  signal?: AbortSignal
}): Promise<void> {
  const { what, check, timeoutMs, intervalMs = 100, giveUp, signal } = options
  const deadline = Date.now() + timeoutMs
  while (Date.now() < deadline) {
    signal?.throwIfAborted()
    const reason = giveUp?.()
    if (reason !== undefined) throw new Error(`${what}: ${reason}`)
    if (await check()) return
    await new Promise((resolve) => setTimeout(resolve, intervalMs))
  }
  throw new Error(`${what} took longer than ${timeoutMs / 1000} s.`)
}

/** Whether an address answers with a 2xx status. */
export async function answersOk(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}

/** Whether something listens on this port of the loopback address. */
export function acceptsConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
