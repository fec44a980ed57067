import { z } from 'zod'
import { API_KEY_SCOPES } from '../api-keys.ts'
import { idOf, instant } from './common.ts'

const DAYS_OF_A_YEAR = 365

const apiKey = z.object({
  id: idOf('apiKey'),
  name: z.string(),
  prefix: z.string().meta({ description: 'How the key begins, to tell it by.' }),
  scope: z.enum(API_KEY_SCOPES),
  createdAt: instant,
  expiresAt: instant.nullable(),
  lastUsedAt: instant.nullable().meta({ description: 'To about a minute; null while it was never used.' }),
})

export const apiKeySchema = apiKey.meta({ id: 'ApiKey' })
export type ApiKey = z.infer<typeof apiKeySchema>

export const newApiKeySchema = z
  .object({
    name: z.string().trim().min(1, 'Give the key a name.').max(64),
    scope: z.enum(API_KEY_SCOPES),
    expiresInDays: z.int().min(1).max(DAYS_OF_A_YEAR).nullable().meta({
      description: 'Null for a key that works until it is revoked.',
    }),
  })
  .meta({ id: 'NewApiKey' })
export type NewApiKey = z.infer<typeof newApiKeySchema>

export const createdApiKeySchema = apiKey
  .extend({
    secret: z.string().nullable().meta({
      description: 'The key itself, told once: it is null when the same request is sent again.',
    }),
  })
  .meta({ id: 'CreatedApiKey' })
export type CreatedApiKey = z.infer<typeof createdApiKeySchema>

export const sessionSchema = z
  .object({
    id: idOf('session'),
    browser: z.string().nullable().meta({ description: 'Its name, as far as it says so itself.' }),
    system: z.string().nullable(),
    network: z.string().nullable().meta({
      description: 'Where the sign-in came from, shortened: 203.0.113.* or 2001:db8:7:*.',
    }),
    signedInAt: instant,
    lastSeenAt: instant.meta({ description: 'To about a minute.' }),
    current: z.boolean().meta({ description: 'Whether it is the one that asks.' }),
  })
  .meta({ id: 'Session' })
export type Session = z.infer<typeof sessionSchema>

export const endedSessionsSchema = z.object({ ended: z.int().min(0) }).meta({ id: 'EndedSessions' })
