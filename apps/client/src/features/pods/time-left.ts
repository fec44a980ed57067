import type { RentalView } from '@berth/contract/schemas/rentals'
import { formatExact } from '../../shared/format/money.ts'
import { formatDuration } from '../../shared/format/time.ts'
import type { Text } from '../../shared/i18n/use-text.ts'

/** When the pod ends by itself, in a few words. */
export function timeLeft(
  rental: Pick<RentalView, 'endsAt' | 'spendLimitMicros'>,
  nowMs: number,
  { t, locale }: Text,
): string {
  if (rental.endsAt !== null) {
    const seconds = (Date.parse(rental.endsAt) - nowMs) / 1000
    return t('pods.timeLeft.left', { time: formatDuration(seconds, locale.value) })
  }
  if (rental.spendLimitMicros !== null) {
    return t('pods.timeLeft.budget', { amount: formatExact(rental.spendLimitMicros) })
  }
  return t('pods.timeLeft.untilStopped')
}
