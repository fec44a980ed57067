import type { Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { formatCount } from '../format/count.ts'
import type { Messages } from './en.ts'

type Paths<T> = {
  [K in keyof T & string]: T[K] extends string ? K : `${K}.${Paths<T[K]>}`
}[keyof T & string]

/** A message that exists; anything else does not compile. */
export type MessageKey = Paths<Messages>

export interface Text {
  /** The message in the reader's language; a count picks between "one | many". */
  t: (key: MessageKey, values?: Record<string, string | number>, count?: number) => string
  locale: Readonly<Ref<string>>
}

/** Words for components. Keys are checked against the English messages. */
export function useText(): Text {
  const { t, locale } = useI18n({ useScope: 'global' })
  return {
    t: (key, values = {}, count) =>
      count === undefined
        ? t(key, values)
        : t(key, { n: formatCount(count, locale.value), ...values }, count),
    locale,
  }
}
