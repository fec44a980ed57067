import { z } from 'zod'
import { complaint } from '../field-complaints.ts'
import { CHOOSABLE_NOTICE_KINDS, DELIVERY_STATUSES, LISTED_NOTICE_KINDS, NOTICE_KINDS } from '../notices.ts'
import { idOf, instant, pageOf, pageQuery } from './common.ts'

export const noticeSchema = z
  .object({
    id: idOf('notice'),
    kind: z.enum(LISTED_NOTICE_KINDS),
    rentalId: z.string().nullable(),
    /** What happened, in a few plain words, and in whole sentences with what it cost and what to do. */
    title: z.string(),
    message: z.string(),
    data: z.record(z.string(), z.unknown()),
    read: z.boolean(),
    at: instant,
  })
  .meta({ id: 'Notice' })
export type Notice = z.infer<typeof noticeSchema>

export const noticeQuery = pageQuery.extend({ unread: z.stringbool().default(false) })
export const noticePageSchema = pageOf(noticeSchema)
  .extend({ unreadCount: z.int().min(0) })
  .meta({ id: 'NoticePage' })
export type NoticePage = z.infer<typeof noticePageSchema>

/** Ids, or everything up to the newest that was seen: what came later stays unread. */
export const readNoticesSchema = z
  .union([
    z.object({ ids: z.array(idOf('notice')).min(1).max(200) }).strict(),
    z.object({ upTo: idOf('notice') }).strict(),
  ])
  .meta({ id: 'ReadNotices' })

export const unreadSchema = z.object({ unreadCount: z.int().min(0) }).meta({ id: 'UnreadNotices' })

const choice = z.object({ kind: z.enum(CHOOSABLE_NOTICE_KINDS), dashboard: z.boolean(), email: z.boolean() })
export const noticeChoicesSchema = z
  .object({
    choices: z
      .array(choice)
      .max(CHOOSABLE_NOTICE_KINDS.length)
      .refine((choices) => new Set(choices.map(({ kind }) => kind)).size === choices.length, {
        ...complaint('repeated', 'Name each kind once.'),
      }),
  })
  .meta({ id: 'NoticeChoices' })
export const noticePreferencesSchema = z
  .object({
    /** Where e-mails go: the verified primary address of the GitHub account, taken at sign-in. Null: there is none. */
    email: z.string().nullable(),
    choices: z.array(choice),
  })
  .meta({ id: 'NoticePreferences' })
export type NoticePreferences = z.infer<typeof noticePreferencesSchema>

const url = z.string().trim().min(1, 'Give the address that receives the notices.').max(2_000)
const description = z.string().trim().max(120)
/** Empty: all kinds, those of the future included. */
const kinds = z.array(z.enum(LISTED_NOTICE_KINDS)).max(LISTED_NOTICE_KINDS.length)

export const webhookEndpointSchema = z
  .object({
    id: idOf('webhookEndpoint'),
    url: z.string(),
    description: z.string(),
    kinds: z.array(z.string()),
    enabled: z.boolean(),
    /** Since when it has taken nothing. */
    failingSince: instant.nullable(),
    /** When we switched it off because it took nothing for about three days; switching it on again clears this. */
    switchedOffAt: instant.nullable(),
    /** While a replaced secret signs beside the new one: until when. */
    previousSecretExpiresAt: instant.nullable(),
    lastDelivery: z
      .object({ status: z.enum(DELIVERY_STATUSES), responseStatus: z.int().nullable(), at: instant })
      .nullable(),
    createdAt: instant,
  })
  .meta({ id: 'WebhookEndpoint' })
export type WebhookEndpoint = z.infer<typeof webhookEndpointSchema>

/** Besides the answer that made the endpoint, the only one that holds a secret: it can not be shown again. */
export const webhookSecretSchema = webhookEndpointSchema
  .extend({ secret: z.string().meta({ description: '`whsec_` and the key as base64; keep it now.' }) })
  .meta({ id: 'WebhookEndpointWithSecret' })
export type WebhookEndpointWithSecret = z.infer<typeof webhookSecretSchema>

export const createdWebhookEndpointSchema = webhookEndpointSchema
  .extend({
    secret: z.string().nullable().meta({
      description:
        '`whsec_` and the key as base64, told once: null when the same request is sent again. Make a new one then.',
    }),
  })
  .meta({ id: 'CreatedWebhookEndpoint' })

export const newWebhookEndpointSchema = z
  .object({ url, description: description.default(''), kinds: kinds.default([]) })
  .meta({ id: 'NewWebhookEndpoint' })
export const webhookEndpointChangesSchema = z
  .object({ url, description, kinds, enabled: z.boolean() })
  .partial()
  .refine((changes) => Object.keys(changes).length > 0, complaint('required', 'Say what to change.'))
  .meta({ id: 'WebhookEndpointChanges' })
export const rotateSecretSchema = z
  .object({
    /** How long the replaced secret signs beside the new one; 0 ends it at once, for one that has leaked. */
    overlapHours: z.int().min(0).max(168).default(24),
  })
  .meta({ id: 'RotateWebhookSecret' })

export const webhookDeliverySchema = z
  .object({
    id: idOf('delivery'),
    endpointId: idOf('webhookEndpoint'),
    /** The `webhook-id` header: the same at every attempt. */
    eventId: idOf('notice'),
    kind: z.enum(NOTICE_KINDS),
    status: z.enum(DELIVERY_STATUSES),
    /** When it is tried next; null once it is over. */
    nextAttemptAt: instant.nullable(),
    attempts: z.array(
      z.object({
        attempt: z.int(),
        ok: z.boolean(),
        responseStatus: z.int().nullable(),
        words: z.string(),
        durationMs: z.int(),
        at: instant,
      }),
    ),
    createdAt: instant,
  })
  .meta({ id: 'WebhookDelivery' })
export type WebhookDelivery = z.infer<typeof webhookDeliverySchema>
export const webhookDeliveryPageSchema = pageOf(webhookDeliverySchema).meta({ id: 'WebhookDeliveryPage' })
