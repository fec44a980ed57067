import type { FieldError } from '@berth/contract/field-complaints'
import { formatCount } from '../format/count.ts'
import { formatExact } from '../format/money.ts'
import { formatDuration } from '../format/time.ts'
import { inItsWords, plainly, type Told } from '../i18n/told.ts'
import type { Text } from '../i18n/use-text.ts'

const MICROS_PER_CENT = 10_000

/** What is wrong with one field. Like `adviceOf`: the server's sentence to who reads English, ours by name to others. */
export function tellComplaint(error: FieldError, text: Text): Told {
  const { code, detail } = error
  if (text.locale.value.startsWith('en')) return plainly(detail)
  if (code === undefined) return inItsWords(detail)
  return plainly(text.t(`failures.complaints.${code}`, { limit: limitOf(error, text.locale.value) }))
}

/** The name of a field tells the unit of its figures. */
function limitOf({ pointer, limit = 0 }: FieldError, locale: string): string {
  if (pointer.endsWith('Micros')) return formatExact(limit)
  if (pointer.endsWith('Cents')) return formatExact(limit * MICROS_PER_CENT)
  if (/seconds$/i.test(pointer)) return formatDuration(limit, locale)
  return formatCount(limit, locale)
}
