/** Stands in a sentence where words go that are shown as they were said: Unicode's own character for such a place. */
export const WORDS_HERE = '\uFFFC'

/** A sentence in the reader's language, with what somebody else said at `WORDS_HERE`. */
export interface Told {
  sentence: string
  words: string | null
}

export const plainly = (sentence: string): Told => ({ sentence, words: null })

/** What there is no sentence of ours for: the server's own, which is English. */
export const inItsWords = (words: string): Told => ({ sentence: WORDS_HERE, words })
