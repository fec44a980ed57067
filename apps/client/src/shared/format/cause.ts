import { fillings, type ToldCause } from '@berth/contract/causes'
import { WORDS_HERE, inItsWords, type Told } from '../i18n/told.ts'
import type { Text } from '../i18n/use-text.ts'

/** What was said of a setback: by us in the reader's language, by others in their own words. */
export function tellSetback(words: string, cause: ToldCause | null | undefined, { t }: Text): Told {
  if (!cause) return inItsWords(words)
  const told: Told = { sentence: '', words: null }
  const quote = (said: string): string => {
    told.words = said
    return WORDS_HERE
  }
  told.sentence = t(`pods.causes.${cause.code}`, fillings(cause.data, quote))
  return told
}
