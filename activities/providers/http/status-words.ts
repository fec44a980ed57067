/** Something a provider said that we do not know: the operator should hear of it, the rental goes on. */
export interface Oddity {
  provider: string
  /** Where it stood: "pod status", "gpu name". */
  what: string
  word: string
}
export type ReportOddity = (oddity: Oddity) => void

/** A report reaches the operator once for each word, not once a poll. */
export function reportOnce(report: ReportOddity): ReportOddity {
  const told = new Set<string>()
  return (oddity) => {
    const key = `${oddity.provider}\0${oddity.what}\0${oddity.word}`
    if (told.has(key)) return
    told.add(key)
    report(oddity)
  }
}

interface WordMapOptions<Meaning> {
  provider: string
  what: string
  words: Readonly<Record<string, Meaning>>
  /** What a word outside the table means. */
  otherwise: Meaning
  report: ReportOddity
}

/** Reads a provider's own words by a table; one outside it is reported and never guessed at. */
export function createWordMap<Meaning>({
  provider,
  what,
  words,
  otherwise,
  report,
}: WordMapOptions<Meaning>): (word: string) => Meaning {
  const table = new Map(Object.entries(words))
  return (word) => {
    const meaning = table.get(word)
    if (meaning !== undefined) return meaning
    report({ provider, what, word })
    return otherwise
  }
}
