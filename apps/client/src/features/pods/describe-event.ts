import type { RentalEventData, RentalEventKind } from '@berth/contract/rental-events'
import type { RentalEventView } from '@berth/contract/schemas/rentals'
import { formatExact } from '../../shared/format/money.ts'
import { tellSetback } from '../../shared/format/cause.ts'
import { tellAwaited } from '../../shared/format/awaited.ts'
import { formatDuration, formatInstant } from '../../shared/format/time.ts'
import { inItsWords, plainly, WORDS_HERE, type Told } from '../../shared/i18n/told.ts'
import type { Text } from '../../shared/i18n/use-text.ts'

type Describe = { [K in RentalEventKind]: (data: RentalEventData[K], text: Text) => string | Told }

const at = (instant: string, { locale }: Text) => formatInstant(instant, locale.value)

const sentences: Describe = {
  requested: (_, { t }) => t('pods.events.requested'),
  reserved: ({ heldMicros }, { t }) => t('pods.events.reserved', { amount: formatExact(heldMicros) }),
  attempt_started: ({ attempt, provider, priceMicrosPerHour }, { t }) =>
    t('pods.events.attempt_started', { attempt, provider, price: formatExact(priceMicrosPerHour) }),
  attempt_waiting: ({ words }, { t }) => ({
    sentence: t('pods.events.attempt_waiting', { words: WORDS_HERE }),
    words,
  }),
  attempt_failed: ({ attempt, words, cause }, text) => {
    const { sentence, words: quoted } = tellSetback(words, cause, text)
    return { sentence: text.t('pods.events.attempt_failed', { attempt, words: sentence }), words: quoted }
  },
  pod_created: ({ provider }, { t }) => t('pods.events.pod_created', { provider }),
  pod_adopted: ({ provider }, { t }) => t('pods.events.pod_adopted', { provider }),
  running: ({ bootSeconds }, { t, locale }) =>
    t('pods.events.running', { boot: formatDuration(bootSeconds, locale.value) }),
  extended: ({ endsAt, spendLimitMicros }, text) => {
    if (spendLimitMicros !== null) {
      return text.t('pods.events.extended_budget', { amount: formatExact(spendLimitMicros) })
    }
    if (endsAt === null) return text.t('pods.events.extended_open')
    return text.t('pods.events.extended_until', { time: at(endsAt, text) })
  },
  depleting: ({ fundedUntil }, text) => text.t('pods.events.depleting', { time: at(fundedUntil, text) }),
  funded: (_, { t }) => t('pods.events.funded'),
  pod_lost: ({ lastAliveAt }, text) => text.t('pods.events.pod_lost', { time: at(lastAliveAt, text) }),
  stop_requested: ({ by }, { t }) => t(`pods.events.stop_requested_${by}`),
  stopping: (_, { t }) => t('pods.events.stopping'),
  teardown_delayed: ({ words }, { t }) => ({
    sentence: t('pods.events.teardown_delayed', { words: WORDS_HERE }),
    words,
  }),
  absence_proved: ({ provider }, { t }) => t('pods.events.absence_proved', { provider }),
  stuck: (data, text) => tellAwaited('pods.events.stuck', data, text),
  recovered: (_, { t }) => t('pods.events.recovered'),
  ended: ({ reason, billedSeconds, chargedMicros }, { t, locale }) =>
    t('pods.events.ended', {
      reason: t(`pods.reasons.${reason}`),
      time: formatDuration(billedSeconds, locale.value),
      amount: formatExact(chargedMicros),
    }),
  pod_reaped: ({ provider }, { t }) => t('pods.events.pod_reaped', { provider }),
}

/** One sentence in the reader's language and time zone; what this page does not know, in the server's own words. */
export function describeEvent(event: Pick<RentalEventView, 'kind' | 'data' | 'message'>, text: Text): Told {
  const describe = (sentences as Record<string, ((data: never, text: Text) => string | Told) | undefined>)[
    event.kind
  ]
  if (!describe) return inItsWords(event.message)
  try {
    const told = describe(event.data as never, text)
    return typeof told === 'string' ? plainly(told) : told
  } catch {
    // Why: an event written by another version may lack a field; the server's sentence is always there.
    return inItsWords(event.message)
  }
}
