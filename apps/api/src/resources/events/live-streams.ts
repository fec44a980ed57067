import { ApiKeyEntity } from '@berth/entities/api-key'
import { SessionEntity } from '@berth/entities/session'
import type { Request } from 'express'
import { type DataSource, IsNull, MoreThan } from 'typeorm'

const MAX_PER_USER = 20
/** How often a stream makes sure that its session or API key still lives, for those ended by another process. */
const RECHECK_MS = 60_000

/** Whatever stays open for a person: server-sent events or a WebSocket. */
interface LiveStream {
  close: () => void
  onClose: (listener: () => void) => void
}

export interface LiveStreams {
  /** False where this person has too many streams already. */
  hasRoom: (userId: string) => boolean
  add: (stream: LiveStream, owner: StreamOwner) => void
  /** Ends all that was opened by this session or API key. */
  endAccess: (accessId: string) => void
  closeAll: () => void
}

interface StreamOwner {
  userId: string
  /** Of a session or of an API key. */
  accessId: string
  isAlive: () => Promise<boolean>
}

/** By which session or API key a stream was opened, and whether that still lives. */
export interface AccessWatch {
  of: (request: Request) => Pick<StreamOwner, 'accessId' | 'isAlive'>
}

export const createAccessWatch = ({ dataSource }: { dataSource: DataSource }): AccessWatch => ({
  of: ({ apiKey, sessionID }) =>
    apiKey
      ? { accessId: apiKey.id, isAlive: () => isKeyAlive(dataSource, apiKey.id) }
      : { accessId: sessionID, isAlive: () => isSessionAlive(dataSource, sessionID) },
})

const isSessionAlive = (dataSource: DataSource, sid: string): Promise<boolean> =>
  dataSource.getRepository(SessionEntity).existsBy({ sid, expire: MoreThan(new Date()) })

const isKeyAlive = (dataSource: DataSource, id: string): Promise<boolean> =>
  dataSource.getRepository(ApiKeyEntity).existsBy([
    { id, revokedAt: IsNull(), expiresAt: IsNull() },
    { id, revokedAt: IsNull(), expiresAt: MoreThan(new Date()) },
  ])

/** The streams this process serves, so that they end with what opened them and with the process. */
export function createLiveStreams(options: { recheckMs?: number } = {}): LiveStreams {
  const { recheckMs = RECHECK_MS } = options
  const streams = new Map<LiveStream, StreamOwner>()
  return {
    hasRoom: (userId) =>
      [...streams.values()].filter((owner) => owner.userId === userId).length < MAX_PER_USER,
    add: (stream, owner) => {
      streams.set(stream, owner)
      const recheck = setInterval(() => {
        owner.isAlive().then(
          (alive) => alive || stream.close(),
          // Why: whether it lives cannot be known now; the next check will tell.
          () => undefined,
        )
      }, recheckMs)
      stream.onClose(() => {
        clearInterval(recheck)
        streams.delete(stream)
      })
    },
    endAccess: (accessId) => {
      for (const [stream, owner] of streams) if (owner.accessId === accessId) stream.close()
    },
    closeAll: () => {
      for (const stream of streams.keys()) stream.close()
    },
  }
}
