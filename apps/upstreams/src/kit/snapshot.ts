import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { z } from 'zod'

const DEBOUNCE_MS = 100

/** Keeps an emulator's state over a restart of its process. Without a folder it keeps nothing. */
export interface Snapshot {
  /** Notes that the state changed; it reaches the disk a moment later. */
  touch(): void
  flush(): void
  close(): void
}

interface SnapshotDeps<State> {
  readonly dir: string | null
  readonly name: string
  readonly schema: z.ZodType<State>
  readonly collect: () => State
}

const bigintsAsText = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? value.toString() : value

/**
 * Reads the state an earlier process left, or null where there is none. A file that does not parse throws: going on
 * without it would forget rented pods and paid checkouts.
 */
export function loadSnapshot<State>({
  dir,
  name,
  schema,
}: Omit<SnapshotDeps<State>, 'collect'>): State | null {
  if (dir === null) return null
  const file = join(dir, `${name}.json`)
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
  try {
    return schema.parse(JSON.parse(text))
  } catch (cause) {
    throw new Error(`${file} is not a state of this emulator; remove it to start afresh`, { cause })
  }
}

/** Writes atomically (a temporary file, then a rename), at most every tenth of a second. */
export function createSnapshot<State>({ dir, name, collect }: SnapshotDeps<State>): Snapshot {
  let pending: NodeJS.Timeout | undefined

  function flush(): void {
    clearTimeout(pending)
    pending = undefined
    if (dir === null) return
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    const file = join(dir, `${name}.json`)
    writeFileSync(`${file}.tmp`, JSON.stringify(collect(), bigintsAsText), { mode: 0o600 })
    renameSync(`${file}.tmp`, file)
  }

  return {
    touch() {
      if (dir !== null) pending ??= setTimeout(flush, DEBOUNCE_MS)
    },
    flush,
    close() {
      if (pending !== undefined) flush()
    },
  }
}
