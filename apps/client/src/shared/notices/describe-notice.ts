import { fillings } from '@berth/contract/causes'
import type { Notice } from '@berth/contract/schemas/notices'
import { tellNotice, type Teller } from '@berth/contract/tell-notice'
import { formatDuration, formatInstant } from '../format/time.ts'
import { WORDS_HERE } from '../i18n/told.ts'
import type { Text } from '../i18n/use-text.ts'

interface Words {
  title: string
  message: string
  /** What somebody else said, at its place in the message. */
  words?: string
  /** Of the words: a person's may be of any language. */
  wordsLang?: 'en' | ''
  /** Of both, where they are not in the reader's. */
  lang?: 'en'
}
type Described = Notice['kind']

/** In the reader’s language; what this page does not know, in the server’s own words. */
export function describeNotice(notice: Notice, text: Text): Words {
  if (!(notice.kind in ICONS)) return inEnglish(notice)
  const said: { words?: string } = {}
  try {
    const { title, message } = tellNotice(notice.kind, notice.data, tellerTo(text, said))
    return { title, message, ...said, wordsLang: notice.data['reason'] === 'ended_by_operator' ? '' : 'en' }
  } catch {
    // Why: a notice of an older version may lack a figure, and the server's words are always there.
    return inEnglish(notice)
  }
}

/** Says it to the reader of the page, and keeps what is quoted for its own place in the sentence. */
function tellerTo(text: Text, said: { words?: string }): Teller {
  const { t, locale } = text
  const quote = (words: string): string => {
    said.words = words
    return WORDS_HERE
  }
  return {
    say: (key, values) => t(`notices.told.${key}`, values),
    reason: (reason) => t(`pods.reasons.${reason}`),
    cause: ({ code, data }) => t(`pods.causes.${code}`, fillings(data, quote)),
    duration: (seconds) => formatDuration(seconds, locale.value),
    instant: (at) => formatInstant(at, locale.value),
    quote,
  }
}

const inEnglish = ({ title, message }: Notice): Words => ({ title, message, lang: 'en' })

const ICONS: Record<Described, string> = {
  runway_low: 'i-lucide-triangle-alert',
  runway_recovered: 'i-lucide-circle-check',
  auto_top_up_paid: 'i-lucide-wallet',
  auto_top_up_failed: 'i-lucide-circle-alert',
  auto_top_up_paused: 'i-lucide-circle-pause',
  top_up_refunded: 'i-lucide-undo-2',
  refund_failed: 'i-lucide-redo-2',
  dispute_opened: 'i-lucide-scale',
  dispute_won: 'i-lucide-scale',
  dispute_lost: 'i-lucide-scale',
  wallet_in_debt: 'i-lucide-circle-alert',
  debt_cleared: 'i-lucide-circle-check',
  rental_running: 'i-lucide-play',
  rental_interrupted: 'i-lucide-unplug',
  rental_ended: 'i-lucide-square',
  api_key_created: 'i-lucide-key-round',
  webhook_switched_off: 'i-lucide-webhook-off',
}
const TONES: Partial<Record<Described, string>> = {
  runway_low: 'text-warning',
  auto_top_up_paused: 'text-warning',
  auto_top_up_failed: 'text-error',
  rental_interrupted: 'text-error',
  api_key_created: 'text-warning',
  webhook_switched_off: 'text-warning',
  dispute_opened: 'text-warning',
  wallet_in_debt: 'text-error',
  dispute_won: 'text-success',
  debt_cleared: 'text-success',
  runway_recovered: 'text-success',
  rental_running: 'text-success',
}

export const iconOf = ({ kind }: Pick<Notice, 'kind'>) => ({
  name: ICONS[kind] ?? 'i-lucide-bell',
  tone: TONES[kind] ?? 'text-muted',
})

/** Where something can be done about it. */
export const targetOf = ({ kind, rentalId, data }: Pick<Notice, 'kind' | 'rentalId' | 'data'>) => {
  if (rentalId !== null) return { name: 'pod', params: { id: rentalId } }
  if (kind === 'webhook_switched_off') return { name: 'notifications' }
  if (kind === 'api_key_created') return { name: 'api-keys' }
  return { name: 'wallet', ...(kind === 'runway_low' && data['dayLimit'] ? { hash: '#limits' } : {}) }
}
