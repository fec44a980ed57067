import { z } from 'zod'
import { instant } from './common.ts'

/** What travels on GET /v1/events. `id` is the number to resume from by Last-Event-ID. */
export const liveEventSchema = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('rental.updated'), rentalId: z.string(), kind: z.string(), at: instant }),
    z.object({ type: z.literal('wallet.updated'), walletId: z.string(), at: instant }),
    z.object({ type: z.literal('notice.created'), noticeId: z.string(), kind: z.string(), at: instant }),
    /** In another tab or on another device: what counts the unread ones counts again. */
    z.object({ type: z.literal('notices.read'), at: instant }),
    z.object({ type: z.literal('offers.updated'), provider: z.string(), at: instant }),
  ])
  .meta({ id: 'LiveEvent' })
export type LiveEvent = z.infer<typeof liveEventSchema>
