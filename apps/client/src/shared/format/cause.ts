import type { ToldCause } from '@berth/contract/causes'
import { WORDS_HERE, inItsWords, type Told } from '../i18n/told.ts'
import type { Text } from '../i18n/use-text.ts'
import { formatExact } from './money.ts'

/** What we say of a setback, in the reader's language, around what somebody else said. */
function tellCause({ code, data }: ToldCause, { t }: Text): Told {
  const { words, shortfallMicros, ...figures } = data
  const values = {
    ...figures,
    ...(shortfallMicros !== undefined && { amount: formatExact(Number(shortfallMicros)) }),
    ...(words !== undefined && { words: WORDS_HERE }),
  }
  return { sentence: t(`pods.causes.${code}`, values), words: words === undefined ? null : String(words) }
}

/** What was said of a setback: by us in the reader's language, by others in their own words. */
export const tellSetback = (words: string, cause: ToldCause | null | undefined, text: Text): Told =>
  cause ? tellCause(cause, text) : inItsWords(words)
