import { isKnown, type ToldCause } from './causes.ts'
import { formatExact, formatRate, formatUsd } from './money.ts'
import type { NoticeData, NoticeKind } from './notices.ts'
import type { EndReason } from './rental-status.ts'
import type { Words } from './words/words.ts'

/** What a person reads of a notice: what happened, then what it cost and what to do. */
export interface NoticeWords {
  title: string
  message: string
}

/** How things are said to one person: in their language, with times as they read them. */
export interface Teller {
  say: (key: keyof Words['notices'], values?: Record<string, string>) => string
  reason: (reason: EndReason) => string
  cause: (cause: ToldCause) => string
  duration: (seconds: number) => string
  instant: (at: string) => string
  /** What somebody else said, in their own words. */
  quote: (words: string) => string
}

type Tell = { [K in NoticeKind]: (data: NoticeData[K], teller: Teller) => NoticeWords }

const TELL: Tell = {
  runway_low: ({ thresholdSeconds, dayLimit, ...figures }, { say, duration }) => {
    const time = duration(thresholdSeconds)
    const limit = dayLimit && formatUsd(dayLimit.limitMicros)
    return {
      title: say(limit ? 'dayLimit' : 'low', { time }),
      message: limit
        ? say('dayLimitDetail', { ...runwayOf(figures), limit })
        : say('lowDetail', runwayOf(figures)),
    }
  },
  runway_recovered: (figures, { say }) => ({
    title: say('recovered'),
    message: say(figures.runwaySeconds === null ? 'recoveredForAll' : 'recoveredDetail', runwayOf(figures)),
  }),
  auto_top_up_paid: ({ amountMicros, availableMicros }, { say }) => ({
    title: say('topUpPaid', { amount: formatUsd(amountMicros) }),
    message: say('topUpPaidDetail', {
      amount: formatUsd(amountMicros),
      free: formatUsd(availableMicros),
    }),
  }),
  auto_top_up_failed: ({ amountMicros, words, nextTryAt }, { say, instant, quote }) => ({
    title: say('topUpFailed', { amount: formatUsd(amountMicros) }),
    message:
      nextTryAt === null
        ? say('topUpFailedDetail', { words: quote(words) })
        : say('topUpFailedAgain', { words: quote(words), time: instant(nextTryAt) }),
  }),
  auto_top_up_paused: ({ words }, { say, quote }) => ({
    title: say('topUpPaused'),
    message: say('topUpPausedDetail', { words: quote(words) }),
  }),
  top_up_refunded: (data, text) => reversal('refunded', data, text),
  refund_failed: (data, text) => reversal('refundFailed', data, text),
  dispute_opened: (data, text) => reversal('disputed', data, text),
  dispute_won: (data, text) => reversal('disputeWon', data, text),
  dispute_lost: (data, text) => reversal('disputeLost', data, text),
  wallet_in_debt: ({ receivableMicros }, { say }) => ({
    title: say('inDebt', { amount: formatExact(receivableMicros) }),
    message: say('inDebtDetail'),
  }),
  debt_cleared: ({ availableMicros }, { say }) => ({
    title: say('debtCleared'),
    message: say('debtClearedDetail', { free: formatUsd(availableMicros) }),
  }),
  api_key_created: ({ name, prefix, network }, { say }) => ({
    title: say('apiKey', { name }),
    message: say('apiKeyDetail', { prefix, network: network ?? say('unknownNetwork') }),
  }),
  webhook_switched_off: ({ url, words }, { say, quote }) => ({
    title: say('webhookOff'),
    message: say('webhookOffDetail', { url, words: quote(words) }),
  }),
  rental_running: (data, { say }) => ({
    title: say('running', { name: data.name }),
    message: say('runningDetail', { ...podOf(data), price: formatRate(data.priceMicrosPerHour) }),
  }),
  rental_interrupted: (data, { say }) => ({
    title: say('interrupted', { name: data.name }),
    message: say('interruptedDetail', podOf(data)),
  }),
  rental_ended: ({ name, ...end }, teller) => ({
    title: teller.say('ended', { name }),
    message: messageOfEnd(end, teller),
  }),
  webhook_test: (_, { say }) => ({ title: say('test'), message: say('testDetail') }),
}

/** Why it ended, what is said of that beside the reason, and what it cost. */
function messageOfEnd(
  { reason, detail, cause, billedSeconds, chargedMicros }: Omit<NoticeData['rental_ended'], 'name'>,
  teller: Teller,
): string {
  const why = cause && isKnown(cause) ? teller.cause(cause) : detail && teller.quote(detail)
  const values = {
    reason: teller.reason(reason),
    time: teller.duration(billedSeconds),
    amount: formatExact(chargedMicros),
    ...(why && { why }),
  }
  if (billedSeconds === 0) return teller.say(why ? 'endedWhyFree' : 'endedFree', values)
  return teller.say(why ? 'endedWhyDetail' : 'endedDetail', values)
}

type Reversed = 'refunded' | 'refundFailed' | 'disputed' | 'disputeWon' | 'disputeLost'

/** What became of the payment, then how the wallet stands with it. */
function reversal(word: Reversed, data: NoticeData['dispute_opened'], { say }: Teller): NoticeWords {
  const { amountMicros, availableMicros, receivableMicros } = data
  const left =
    receivableMicros > 0
      ? say('nowOwed', { amount: formatExact(receivableMicros) })
      : say('nowFree', { amount: formatUsd(availableMicros) })
  return {
    title: say(word, { amount: formatUsd(amountMicros) }),
    message: `${say(`${word}Detail`)} ${left}`,
  }
}

/** The texts of a notice, said by whoever knows its reader. Throws where the data of an older version lacks a figure. */
export function tellNotice(kind: NoticeKind, data: Record<string, unknown>, teller: Teller): NoticeWords {
  return (TELL[kind] as (data: unknown, teller: Teller) => NoticeWords)(data, teller)
}

const runwayOf = (
  figures: Pick<NoticeData['runway_recovered'], 'availableMicros' | 'heldMicros' | 'burnMicrosPerHour'>,
) => ({
  balance: formatUsd(figures.availableMicros + figures.heldMicros),
  burn: formatRate(figures.burnMicrosPerHour),
})

const podOf = ({ gpuCount, gpuModel, provider }: NoticeData['rental_interrupted']) => ({
  gpu: gpuCount > 1 ? `${gpuCount}× ${gpuModel}` : gpuModel,
  provider,
})
