import { CHOOSABLE_NOTICE_KINDS, NOTICE_CHANNELS } from '@berth/contract/notices'
import { boolean, oneOf, primary, text } from './columns.ts'
import { table } from './table.ts'

/** Whether a person wants this kind on this channel; where there is no row, they do. */
export interface NoticePreference {
  userId: string
  kind: (typeof CHOOSABLE_NOTICE_KINDS)[number]
  channel: (typeof NOTICE_CHANNELS)[number]
  enabled: boolean
}

export const NoticePreferenceEntity = table<NoticePreference>('notice_preferences', {
  columns: {
    userId: primary(text()),
    kind: primary(oneOf(CHOOSABLE_NOTICE_KINDS)),
    channel: primary(oneOf(NOTICE_CHANNELS)),
    enabled: boolean(),
  },
  references: [{ on: 'userId', table: 'users' }],
})
