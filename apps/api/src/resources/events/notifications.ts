import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Logger } from 'pino'
import { z } from 'zod'

const CONNECT_TIMEOUT_MS = 5_000
const BACK_OFF_MS = { first: 250, most: 10_000 }
/** A connection that died without a word is found out by asking. */
const PROBE_EVERY_MS = 30_000
const PROBE_TIMEOUT_MS = 5_000

const payloads = {
  rental_event: z.object({ id: z.string(), rentalId: z.string(), userId: z.string(), kind: z.string() }),
  rental_renamed: z.object({ rentalId: z.string(), userId: z.string() }),
  notice: z.object({ id: z.string(), userId: z.string(), kind: z.string() }),
  notices_read: z.object({ userId: z.string() }),
  wallet: z.object({ walletId: z.string(), userId: z.string() }),
  offers: z.object({ account: z.string() }),
}
type Channel = keyof typeof payloads

export type Notification =
  | { [C in Channel]: { channel: C } & z.infer<(typeof payloads)[C]> }[Channel]
  /** The connection is back: what was told meanwhile is lost. */
  | { channel: 'reconnected' }

export interface Notifications {
  subscribe: (listener: (notification: Notification) => void) => () => void
  isConnected: () => boolean
  close: () => Promise<void>
}

/** One LISTEN connection for the whole process, made anew for as long as the process lives. */
export function listenForNotifications(options: { databaseUrl: string; log: Logger }): Notifications {
  const { databaseUrl, log } = options
  const listeners = new Set<(notification: Notification) => void>()
  const stopped = new AbortController()
  let connected = false

  const tell = (notification: Notification): void => {
    for (const listener of listeners) listener(notification)
  }
  const keepListening = async (): Promise<void> => {
    let failures = 0
    let lost = false
    while (!stopped.signal.aborted) {
      try {
        await listenOnce(databaseUrl, stopped.signal, {
          onListening: () => {
            failures = 0
            connected = true
            if (lost) tell({ channel: 'reconnected' })
          },
          onNotification: (channel, payload) => {
            const notification = parse(channel, payload)
            if (notification) tell(notification)
            else log.warn({ channel }, 'a notification that nobody understands')
          },
        })
      } catch (error) {
        if (!stopped.signal.aborted) log.warn({ err: error }, 'the notification connection was lost')
      }
      connected = false
      lost = true
      const pause = Math.min(BACK_OFF_MS.first * 2 ** failures, BACK_OFF_MS.most)
      failures += 1
      await sleep(pause, undefined, { signal: stopped.signal }).catch(() => undefined)
    }
  }
  const running = keepListening()
  return {
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    isConnected: () => connected,
    close: async () => {
      stopped.abort()
      await running
    },
  }
}

interface ListenHandlers {
  onListening: () => void
  onNotification: (channel: string, payload: string) => void
}

/** Listens until the connection ends (throws) or the signal says stop (returns). */
async function listenOnce(databaseUrl: string, stop: AbortSignal, handlers: ListenHandlers): Promise<void> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'berth-api-listen',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: PROBE_TIMEOUT_MS,
    keepAlive: true,
  })
  let probe: NodeJS.Timeout | undefined
  try {
    const ended = new Promise<never>((_resolve, reject) => {
      client.on('error', reject)
      client.on('end', () => reject(new Error('the connection has ended')))
      probe = setInterval(() => client.query('SELECT 1').catch(reject), PROBE_EVERY_MS)
    })
    ended.catch(() => undefined)
    const aborted = new Promise<void>((resolve) =>
      stop.addEventListener('abort', () => resolve(), { once: true }),
    )
    client.on('notification', ({ channel, payload }) => handlers.onNotification(channel, payload ?? ''))
    await client.connect()
    await client.query(
      Object.keys(payloads)
        .map((channel) => `LISTEN ${channel}`)
        .join('; '),
    )
    handlers.onListening()
    await Promise.race([ended, aborted])
  } finally {
    clearInterval(probe)
    await client.end().catch(() => undefined)
  }
}

function parse(channel: string, payload: string): Notification | null {
  const schema = (payloads as Record<string, z.ZodType | undefined>)[channel]
  if (!schema) return null
  try {
    const result = schema.safeParse(JSON.parse(payload))
    return result.success ? ({ channel, ...(result.data as object) } as Notification) : null
  } catch {
    return null
  }
}
