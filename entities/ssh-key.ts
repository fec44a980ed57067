import { insertedAt, primary, text } from './columns.ts'
import { table } from './table.ts'

/** A public key a user keeps for later rentals; a rental snapshots the keys it was given. */
export interface SshKey {
  id: string
  userId: string
  name: string
  /** `ssh-ed25519` and the like. */
  type: string
  /** One OpenSSH line, without options. */
  publicKey: string
  /** `SHA256:…` */
  fingerprint: string
  createdAt: Date
}

export const SshKeyEntity = table<SshKey>('ssh_keys', {
  columns: {
    id: primary(text()),
    userId: text(),
    name: text(),
    type: text(),
    publicKey: text(),
    fingerprint: text(),
    createdAt: insertedAt(),
  },
  uniques: [['userId', 'fingerprint']],
  references: [{ on: 'userId', table: 'users' }],
})
