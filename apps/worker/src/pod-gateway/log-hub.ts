import type { LogNews } from '@berth/contract/pod-gateway'
import { linesAfter } from '@berth/activities/providers/log-lines'
import type { LogLine, Provider } from '@berth/activities/providers/port'
import { ProviderError } from '@berth/activities/providers/provider-error'
import type { Logger } from 'pino'
import { createTurns } from './turns.ts'

/** Kept for each watched pod, so that somebody who comes back reads on without asking the provider. */
const KEPT_LINES = 2_000
/** Between two reads of one account, whoever watches: a screen full of logs must not use up a provider's rate limit. */
const SPACING_MS = 3_000
const READ_TIMEOUT_MS = 30_000

export interface WatchedPod {
  account: string
  podId: string
}

export interface LogWatcher {
  hear: (news: LogNews) => void
  /** Nothing more will be heard: whoever is still there comes back with the last line they saw. */
  end: () => void
}

export interface LogHub {
  /** Tells the lines after this id (null: what there is), then every new one. Answers how to stop. */
  watch: (pod: WatchedPod, after: string | null, watcher: LogWatcher) => () => void
  close: () => void
}

interface Reader {
  lines: LogLine[]
  watchers: Set<LogWatcher>
}

interface LogHubOptions {
  providers: ReadonlyMap<string, Pick<Provider, 'logs'>>
  log: Pick<Logger, 'error'>
  spacingMs?: number
}

/** Reads the logs of watched pods, each once for all who watch it, and each account at a bounded pace. */
export function createLogHub({ providers, log, spacingMs = SPACING_MS }: LogHubOptions): LogHub {
  const readers = new Map<string, Reader>()
  const turns = createTurns(spacingMs)
  const closed = new AbortController()

  async function read(pod: WatchedPod, reader: Reader): Promise<LogNews> {
    const provider = providers.get(pod.account)
    const after = reader.lines.at(-1)?.id ?? null
    const signal = AbortSignal.any([closed.signal, AbortSignal.timeout(READ_TIMEOUT_MS)])
    try {
      const lines = (await provider?.logs?.(pod.podId, after, signal)) ?? []
      reader.lines = [...reader.lines, ...lines].slice(-KEPT_LINES)
      return lines.length > 0 ? { kind: 'lines', lines } : { kind: 'quiet' }
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error
      return { kind: 'trouble', words: error.words }
    }
  }

  async function follow(key: string, pod: WatchedPod, reader: Reader): Promise<void> {
    while (reader.watchers.size > 0 && !closed.signal.aborted) {
      await turns.next(pod.account)
      if (reader.watchers.size === 0 || closed.signal.aborted) break
      const news = await read(pod, reader)
      for (const { hear } of reader.watchers) hear(news)
    }
    readers.delete(key)
  }

  /** What nobody foresaw is ours to read; those who watch begin anew, with a reader that is new as well. */
  function giveUp(key: string, reader: Reader, error: unknown): void {
    log.error({ err: error, pod: key }, 'a log reader failed')
    readers.delete(key)
    for (const { hear, end } of reader.watchers) {
      hear({ kind: 'trouble', words: null })
      end()
    }
  }

  return {
    watch(pod, after, { hear, end }) {
      const key = `${pod.account}/${pod.podId}`
      const known = readers.get(key)
      const reader = known ?? { lines: [], watchers: new Set() }
      // Why before the first read: what is kept is told at once, and what is read later comes after it.
      const kept = linesAfter(reader.lines, after)
      if (kept.length > 0) hear({ kind: 'lines', lines: kept })
      const watcher = { hear: onlyAfter(after, hear), end }
      reader.watchers.add(watcher)
      if (!known) {
        readers.set(key, reader)
        void follow(key, pod, reader).catch((error: unknown) => giveUp(key, reader, error))
      }
      return () => reader.watchers.delete(watcher)
    },
    close: () => closed.abort(),
  }
}

/** A pod that nobody watched is read from what there is: a reader who resumes has seen some of it. */
const onlyAfter =
  (after: string | null, hear: (news: LogNews) => void) =>
  (news: LogNews): void => {
    if (news.kind !== 'lines') return hear(news)
    const lines = linesAfter(news.lines, after)
    if (lines.length > 0) hear({ kind: 'lines', lines })
  }
