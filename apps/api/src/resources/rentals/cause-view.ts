import { causeOfSentence, type ToldCause } from '@berth/contract/causes'
import { causeSchema } from '@berth/contract/schemas/rentals'

/**
 * What was stored as the cause of a sentence, for clients. Why not trusted: records are of every version that ever ran, those
 * before causes have the sentence alone, and a later one may, after a roll-back, name one that is not known here.
 */
export const causeView = (stored: unknown, sentence: string | null): ToldCause | null =>
  causeSchema.safeParse(stored).data ?? causeOfSentence(sentence)
