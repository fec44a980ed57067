import type { NoticeData } from '@berth/contract/notices'
import type { Notice } from '@berth/contract/schemas/notices'
import { formatBalance, formatExact, formatRate } from '../format/money.ts'
import { formatDuration, formatInstant } from '../format/time.ts'
import { WORDS_HERE } from '../i18n/told.ts'
import type { Text } from '../i18n/use-text.ts'

interface Words {
  title: string
  message: string
  /** What the bank said, at its place in the message. */
  words?: string
  /** Of both, where they are not in the reader's. */
  lang?: 'en'
}
type Described = Notice['kind']
type Describe = { [K in Described]: (data: NoticeData[K], text: Text) => Words }

const WORDS: Describe = {
  runway_low: ({ thresholdSeconds, dayLimit, ...figures }, { t, locale }) => {
    const time = formatDuration(thresholdSeconds, locale.value)
    const limit = dayLimit && formatBalance(dayLimit.limitMicros)
    return {
      title: t(limit ? 'notices.dayLimit' : 'notices.low', { time }),
      message: limit
        ? t('notices.dayLimitDetail', { ...runwayOf(figures), limit })
        : t('notices.lowDetail', runwayOf(figures)),
    }
  },
  runway_recovered: (figures, { t }) => ({
    title: t('notices.recovered'),
    message: t(
      figures.runwaySeconds === null ? 'notices.recoveredForAll' : 'notices.recoveredDetail',
      runwayOf(figures),
    ),
  }),
  auto_top_up_paid: ({ amountMicros, availableMicros }, { t }) => ({
    title: t('notices.topUpPaid', { amount: formatBalance(amountMicros) }),
    message: t('notices.topUpPaidDetail', {
      amount: formatBalance(amountMicros),
      free: formatBalance(availableMicros),
    }),
  }),
  auto_top_up_failed: ({ amountMicros, words, nextTryAt }, { t, locale }) => ({
    title: t('notices.topUpFailed', { amount: formatBalance(amountMicros) }),
    message:
      nextTryAt === null
        ? t('notices.topUpFailedDetail', { words: WORDS_HERE })
        : t('notices.topUpFailedAgain', {
            words: WORDS_HERE,
            time: formatInstant(nextTryAt, locale.value),
          }),
    words,
  }),
  auto_top_up_paused: ({ words }, { t }) => ({
    title: t('notices.topUpPaused'),
    message: t('notices.topUpPausedDetail', { words: WORDS_HERE }),
    words,
  }),
  top_up_refunded: (data, text) => reversal('refunded', data, text),
  refund_failed: (data, text) => reversal('refundFailed', data, text),
  dispute_opened: (data, text) => reversal('disputed', data, text),
  dispute_won: (data, text) => reversal('disputeWon', data, text),
  dispute_lost: (data, text) => reversal('disputeLost', data, text),
  wallet_in_debt: ({ receivableMicros }, { t }) => ({
    title: t('notices.inDebt', { amount: formatExact(receivableMicros) }),
    message: t('notices.inDebtDetail'),
  }),
  debt_cleared: ({ availableMicros }, { t }) => ({
    title: t('notices.debtCleared'),
    message: t('notices.debtClearedDetail', { free: formatBalance(availableMicros) }),
  }),
  api_key_created: ({ name, prefix, network }, { t }) => ({
    title: t('notices.apiKey', { name }),
    message: t('notices.apiKeyDetail', { prefix, network: network ?? t('notices.unknownNetwork') }),
  }),
  webhook_switched_off: ({ url, words }, { t }) => ({
    title: t('notices.webhookOff'),
    message: t('notices.webhookOffDetail', { url, words }),
  }),
  rental_running: (data, { t }) => ({
    title: t('notices.running', { name: data.name }),
    message: t('notices.runningDetail', { ...podOf(data), price: formatRate(data.priceMicrosPerHour) }),
  }),
  rental_interrupted: (data, { t }) => ({
    title: t('notices.interrupted', { name: data.name }),
    message: t('notices.interruptedDetail', podOf(data)),
  }),
  rental_ended: ({ name, reason, billedSeconds, chargedMicros }, { t, locale }) => ({
    title: t('notices.ended', { name }),
    message: t(billedSeconds === 0 ? 'notices.endedFree' : 'notices.endedDetail', {
      reason: t(`pods.reasons.${reason}`),
      time: formatDuration(billedSeconds, locale.value),
      amount: formatExact(chargedMicros),
    }),
  }),
}

type Reversed = 'refunded' | 'refundFailed' | 'disputed' | 'disputeWon' | 'disputeLost'

/** What became of the payment, then how the wallet stands with it. */
function reversal(word: Reversed, data: NoticeData['dispute_opened'], { t }: Text): Words {
  const { amountMicros, availableMicros, receivableMicros } = data
  const left =
    receivableMicros > 0
      ? t('notices.nowOwed', { amount: formatExact(receivableMicros) })
      : t('notices.nowFree', { amount: formatBalance(availableMicros) })
  return {
    title: t(`notices.${word}`, { amount: formatBalance(amountMicros) }),
    message: `${t(`notices.${word}Detail`)} ${left}`,
  }
}

/** In the reader's language; what this page does not know, in the server's own words. */
export function describeNotice(notice: Notice, text: Text): Words {
  const describe = (WORDS as Record<string, ((data: never, text: Text) => Words) | undefined>)[notice.kind]
  if (!describe) return inEnglish(notice)
  try {
    return describe(notice.data as never, text)
  } catch {
    // Why: a notice written by another version may lack a figure; the server's words are always there.
    return inEnglish(notice)
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

const runwayOf = (
  figures: Pick<NoticeData['runway_recovered'], 'availableMicros' | 'heldMicros' | 'burnMicrosPerHour'>,
) => ({
  balance: formatBalance(figures.availableMicros + figures.heldMicros),
  burn: formatRate(figures.burnMicrosPerHour),
})

const podOf = ({ gpuCount, gpuModel, provider }: NoticeData['rental_interrupted']) => ({
  gpu: gpuCount > 1 ? `${gpuCount}× ${gpuModel}` : gpuModel,
  provider,
})
