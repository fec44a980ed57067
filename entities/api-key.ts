import { API_KEY_SCOPES, type ApiKeyScope } from '@berth/contract/api-keys'
import { bytes, insertedAt, instant, nullable, oneOf, primary, text } from './columns.ts'
import { table } from './table.ts'

/** What a person's program shows in the place of a session. A revoked one stays, so that its bearer can be told. */
export interface ApiKey {
  id: string
  userId: string
  name: string
  /** How the key begins, `berth_` included: to tell it by in a list, and to find it by. */
  prefix: string
  /** SHA-256 of the whole key. It is random, so that nothing slower is needed; itself it is kept nowhere. */
  secretHash: Buffer
  scope: ApiKeyScope
  createdAt: Date
  expiresAt: Date | null
  /** Written once a minute at most. */
  lastUsedAt: Date | null
  revokedAt: Date | null
}

export const ApiKeyEntity = table<ApiKey>('api_keys', {
  columns: {
    id: primary(text()),
    userId: text(),
    name: text(),
    prefix: text(),
    secretHash: bytes(),
    scope: oneOf(API_KEY_SCOPES),
    createdAt: insertedAt(),
    expiresAt: nullable(instant()),
    lastUsedAt: nullable(instant()),
    revokedAt: nullable(instant()),
  },
  indices: [{ on: ['prefix'] }, { on: ['userId'] }],
  references: [{ on: 'userId', table: 'users' }],
})
