import type { Language } from '@berth/contract/languages'
import type { NoticeKind } from '@berth/contract/notices'

/** A delivery that was taken up, with all that is needed to send it. */
export interface DueDelivery {
  deliveryId: string
  channel: 'email' | 'webhook'
  endpointId: string | null
  /** This one included. */
  tries: number
  noticeId: string
  kind: NoticeKind
  rentalId: string | null
  data: Record<string, unknown>
  at: Date
  email: string | null
  displayName: string
  /** Null until the person has said one: then it is English. */
  language: Language | null
}

/** What the other side said. `final`: trying again can not help. */
export type Sent =
  | { ok: true; responseStatus: number | null; words: string }
  | { ok: false; final: boolean; responseStatus: number | null; words: string }

export const refused = (
  words: string,
  options: { final?: boolean; responseStatus?: number | null } = {},
): Sent => ({
  ok: false,
  final: options.final ?? false,
  responseStatus: options.responseStatus ?? null,
  words,
})
