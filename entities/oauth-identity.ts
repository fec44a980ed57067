import { insertedAt, primary, text } from './columns.ts'
import { table } from './table.ts'

/** An account at an identity provider that signs a user in; `subject` is the provider's stable id, `login` its name of the day. */
export interface OauthIdentity {
  id: string
  userId: string
  provider: string
  subject: string
  login: string
  createdAt: Date
}

export const OauthIdentityEntity = table<OauthIdentity>('oauth_identities', {
  columns: {
    id: primary(text()),
    userId: text(),
    provider: text(),
    subject: text(),
    login: text(),
    createdAt: insertedAt(),
  },
  uniques: [['provider', 'subject']],
  indices: [{ on: ['userId'] }],
  references: [{ on: 'userId', table: 'users' }],
})
