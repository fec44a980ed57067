import { z } from 'zod'
import { complaint } from '../field-complaints.ts'
import { LANGUAGES } from '../languages.ts'
import { idOf, instant } from './common.ts'

export const SSH_KEY_NAME_LENGTH = 64

export const userSchema = z
  .object({
    id: idOf('user'),
    handle: z.string(),
    displayName: z.string(),
    avatarUrl: z.string().nullable(),
    isOperator: z.boolean(),
    /** In which e-mails are written; null until somebody has said one, and English then. */
    language: z.enum(LANGUAGES).nullable(),
    createdAt: instant,
  })
  .meta({ id: 'User' })
export type User = z.infer<typeof userSchema>

export const accountChangesSchema = z
  .object({ language: z.enum(LANGUAGES).meta({ description: 'In which e-mails are written.' }) })
  .partial()
  .refine((changes) => Object.keys(changes).length > 0, complaint('required', 'Say what to change.'))
  .meta({ id: 'AccountChanges' })

export const sshKeySchema = z
  .object({
    id: idOf('sshKey'),
    name: z.string(),
    type: z.string(),
    /** SHA256:… as `ssh-keygen -l` prints it. */
    fingerprint: z.string(),
    publicKey: z.string(),
    createdAt: instant,
  })
  .meta({ id: 'SshKey' })
export type SshKey = z.infer<typeof sshKeySchema>

const keyName = z.string().trim().min(1, 'Give the key a name.').max(SSH_KEY_NAME_LENGTH)

export const renameSshKeySchema = z.object({ name: keyName }).meta({ id: 'RenameSshKey' })

export const newSshKeySchema = z
  .object({
    name: keyName,
    publicKey: z.string().trim().min(1, 'Paste the public key.').max(16_384),
  })
  .meta({ id: 'NewSshKey' })
export type NewSshKey = z.infer<typeof newSshKeySchema>
