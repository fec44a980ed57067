import { LANGUAGES, type Language } from '@berth/contract/languages'
import { boolean, insertedAt, nullable, oneOf, primary, text, withDefault } from './columns.ts'
import { table } from './table.ts'

/** Somebody who can sign in. */
export interface User {
  id: string
  handle: string
  displayName: string
  email: string | null
  avatarUrl: string | null
  /** May see every rental and act on stuck ones. */
  isOperator: boolean
  /** In which e-mails are written; null until the dashboard has told, and English then. */
  language: Language | null
  createdAt: Date
}

export const UserEntity = table<User>('users', {
  columns: {
    id: primary(text()),
    handle: text(),
    displayName: text(),
    email: nullable(text()),
    avatarUrl: nullable(text()),
    isOperator: withDefault(boolean(), false),
    language: nullable(oneOf(LANGUAGES)),
    createdAt: insertedAt(),
  },
})
