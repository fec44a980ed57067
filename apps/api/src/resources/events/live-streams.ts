import { SessionEntity } from '@berth/entities/session'
import type { Request } from 'express'
import { type DataSource, MoreThan } from 'typeorm'

const MAX_PER_USER = 20
/** How often a stream makes sure that its session still exists, for sessions ended by another process. */
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
  endSession: (sessionId: string) => void
  closeAll: () => void
}

interface StreamOwner {
  userId: string
  sessionId: string
  isSessionAlive: () => Promise<boolean>
}

/** By which session a stream was opened, and whether that session still lives. */
export interface SessionWatch {
  of: (request: Request) => Pick<StreamOwner, 'sessionId' | 'isSessionAlive'>
}

export const createSessionWatch = ({ dataSource }: { dataSource: DataSource }): SessionWatch => ({
  of: ({ sessionID: sessionId }) => ({
    sessionId,
    isSessionAlive: () =>
      dataSource.getRepository(SessionEntity).existsBy({ sid: sessionId, expire: MoreThan(new Date()) }),
  }),
})

/** The streams this process serves, so that they end with their session and with the process. */
export function createLiveStreams(options: { recheckMs?: number } = {}): LiveStreams {
  const { recheckMs = RECHECK_MS } = options
  const streams = new Map<LiveStream, StreamOwner>()
  return {
    hasRoom: (userId) =>
      [...streams.values()].filter((owner) => owner.userId === userId).length < MAX_PER_USER,
    add: (stream, owner) => {
      streams.set(stream, owner)
      const recheck = setInterval(() => {
        owner.isSessionAlive().then(
          (alive) => alive || stream.close(),
          // Why: whether the session lives cannot be known now; the next check will tell.
          () => undefined,
        )
      }, recheckMs)
      stream.onClose(() => {
        clearInterval(recheck)
        streams.delete(stream)
      })
    },
    endSession: (sessionId) => {
      for (const [stream, owner] of streams) if (owner.sessionId === sessionId) stream.close()
    },
    closeAll: () => {
      for (const stream of streams.keys()) stream.close()
    },
  }
}
