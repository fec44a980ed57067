import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { newId, type IdKind } from '@berth/contract/ids'
import type { DataSource, EntityManager } from 'typeorm'
import { problem } from './problem.ts'

/** How long a repeat waits for the first request before it is told to come again. */
const WAIT_MS = 3_000
const POLL_MS = 150
/** No handler works this long: a claim this old was left by a process that is gone. */
const ABANDONED_AFTER_SECONDS = 60
const KEPT_HOURS = 24

export interface IdempotentRequest {
  userId: string
  key: string
  methodPath: string
  /** What was asked, parsed: a repeat must ask the same. */
  input: unknown
}

export interface IdempotencyClaim {
  key: string
  /** The id of the thing this request makes: the same for every repeat, also after a crash. */
  resourceId: (kind: IdKind) => Promise<string>
  /** What was made is void, decided in that transaction; the next repeat makes a new one. */
  forgetResource: (manager: EntityManager) => Promise<void>
}

export type ClaimResult =
  | { kind: 'claimed'; claim: IdempotencyClaim }
  | { kind: 'replay'; status: number; body: unknown }

export interface Idempotency {
  /** Throws `idempotency_mismatch` or `idempotency_in_progress`. */
  claim: (request: IdempotentRequest) => Promise<ClaimResult>
  /** Stores the answer for repeats. */
  settle: (request: IdempotentRequest, answer: { status: number; body: unknown }) => Promise<void>
  /** No answer worth repeating was reached (5xx): the next repeat goes on with the same resource at once. */
  release: (request: IdempotentRequest) => Promise<void>
}

interface Row {
  method_path: string
  request_hash: string
  state: 'in_progress' | 'done'
  response_status: number | null
  response_body: unknown
  abandoned: boolean
}

/**
 * One key, one effect. The claim is an INSERT that only one request can win; the others wait a little for its answer.
 * Handlers must be repeatable with the same resource id, since a claim left behind by a crash is taken over.
 */
export function createIdempotency({ dataSource }: { dataSource: DataSource }): Idempotency {
  const claim = async (request: IdempotentRequest): Promise<ClaimResult> => {
    await forgetExpired(dataSource, request.userId)
    const deadline = Date.now() + WAIT_MS
    for (;;) {
      if (await insert(dataSource, request)) return claimed(dataSource, request)
      const row = await read(dataSource, request)
      if (row) {
        refuseOtherRequest(row, request)
        if (row.state === 'done') {
          return { kind: 'replay', status: row.response_status ?? 200, body: row.response_body }
        }
        if (row.abandoned && (await takeOver(dataSource, request))) return claimed(dataSource, request)
      }
      if (Date.now() > deadline) {
        throw problem(
          'idempotency_in_progress',
          'The first request with this Idempotency-Key is still being worked on. Repeat it in a few seconds.',
          { retryAfterSeconds: 3 },
        )
      }
      await sleep(POLL_MS)
    }
  }
  return {
    claim,
    settle: async ({ userId, key }, { status, body }) => {
      await dataSource.query(
        `UPDATE idempotency_keys SET state = 'done', response_status = $3, response_body = $4::jsonb
         WHERE user_id = $1 AND key = $2`,
        [userId, key, status, body === undefined ? null : JSON.stringify(body)],
      )
    },
    release: async ({ userId, key }) => {
      await dataSource.query(
        `UPDATE idempotency_keys SET created_at = now() - make_interval(secs => $3 + 1)
         WHERE user_id = $1 AND key = $2 AND state = 'in_progress'`,
        [userId, key, ABANDONED_AFTER_SECONDS],
      )
    },
  }
}

/** SHA-256 of what was asked; parsed input has its properties in the schema's order, so equal requests hash equal. */
const hashOf = (input: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(input) ?? 'null')
    .digest('hex')

function claimed(dataSource: DataSource, { userId, key }: IdempotentRequest): ClaimResult {
  return {
    kind: 'claimed',
    claim: {
      key,
      resourceId: async (kind) => {
        const [rows] = await dataSource.query<[{ resource_id: string }[], number]>(
          `UPDATE idempotency_keys SET resource_id = coalesce(resource_id, $3)
           WHERE user_id = $1 AND key = $2 RETURNING resource_id`,
          [userId, key, newId(kind)],
        )
        const id = rows[0]?.resource_id
        if (id === undefined) throw new Error('the idempotency claim is gone')
        return id
      },
      forgetResource: async (manager) => {
        await manager.query(
          `UPDATE idempotency_keys SET resource_id = NULL WHERE user_id = $1 AND key = $2`,
          [userId, key],
        )
      },
    },
  }
}

async function insert(dataSource: DataSource, request: IdempotentRequest): Promise<boolean> {
  const rows = await dataSource.query<unknown[]>(
    `INSERT INTO idempotency_keys (user_id, key, method_path, request_hash, state)
     VALUES ($1, $2, $3, $4, 'in_progress') ON CONFLICT (user_id, key) DO NOTHING RETURNING key`,
    [request.userId, request.key, request.methodPath, hashOf(request.input)],
  )
  return rows.length === 1
}

async function read(dataSource: DataSource, { userId, key }: IdempotentRequest): Promise<Row | undefined> {
  const rows = await dataSource.query<Row[]>(
    `SELECT method_path, request_hash, state, response_status, response_body,
            created_at < now() - make_interval(secs => $3) AS abandoned
     FROM idempotency_keys WHERE user_id = $1 AND key = $2`,
    [userId, key, ABANDONED_AFTER_SECONDS],
  )
  return rows[0]
}

/** Of several repeats only one wins: the others find the claim young again. */
async function takeOver(dataSource: DataSource, { userId, key }: IdempotentRequest): Promise<boolean> {
  const [rows] = await dataSource.query<[unknown[], number]>(
    `UPDATE idempotency_keys SET created_at = now()
     WHERE user_id = $1 AND key = $2 AND state = 'in_progress'
       AND created_at < now() - make_interval(secs => $3) RETURNING key`,
    [userId, key, ABANDONED_AFTER_SECONDS],
  )
  return rows.length === 1
}

async function forgetExpired(dataSource: DataSource, userId: string): Promise<void> {
  await dataSource.query(
    `DELETE FROM idempotency_keys WHERE user_id = $1 AND created_at < now() - make_interval(hours => $2)`,
    [userId, KEPT_HOURS],
  )
}

function refuseOtherRequest(row: Row, request: IdempotentRequest): void {
  if (row.method_path === request.methodPath && row.request_hash === hashOf(request.input)) return
  throw problem(
    'idempotency_mismatch',
    'This Idempotency-Key was sent before with another request. Make a new key for a new intent; nothing was done.',
  )
}
