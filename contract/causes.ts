import { formatExact } from './money.ts'
import { en } from './words/en.ts'
import { fill } from './words/words.ts'

/** What the sentences of each code are filled with. `words` are somebody else's and stay as they were said. */
interface CauseData {
  money_missing: { shortfallMicros: number }
  wallet_owes: { shortfallMicros: number }
  burn_limit: Nothing
  day_limit_short: Nothing
  day_limit_reached: Nothing
  launch_lost: Nothing
  not_started: Nothing
  meter_closed: Nothing
  ended_first: Nothing
  ended_before_ready: Nothing
  provider_unreachable: Nothing
  no_answer: Nothing
  created_twice: { count: number; marker: string }
  offer_gone: Nothing
  provider_off: { provider: string }
  price_risen: { provider: string }
  host_blocked: { provider: string; words: string }
  bad_host: { words: string }
  boot_timeout: { seconds: number; words: string }
  bad_status: { words: string }
  pod_vanished: Nothing
  gpu_mismatch: { sold: string; found: string }
  gpu_missing: { sold: string }
  gpu_unusable: { words: string }
}
type Nothing = Record<string, never>
export type CauseCode = keyof CauseData

/**
 * Why an attempt failed or a rental ended, where it is Berth that says so: by name, so that clients word it in their own
 * language. What a provider or an operator said has no name, only their words.
 */
export type Cause = { [C in CauseCode]: { code: C; data: CauseData[C] } }[CauseCode]

/** A cause as it is read, of whatever version wrote it. */
export interface ToldCause {
  code: CauseCode
  data: Record<string, string | number>
}

/** What is said of a setback: an English sentence, and its name where it is ours. */
export interface Said {
  words: string
  /** Null where somebody else said it; absent in what earlier versions wrote. */
  cause?: Cause | null
}

/** What the places of a cause's sentence are filled with, in any language; `quote` says how somebody else's words stand in it. */
export function fillings(
  { words, shortfallMicros, ...figures }: ToldCause['data'],
  quote: (words: string) => string,
): Record<string, string | number> {
  return {
    ...figures,
    ...(shortfallMicros !== undefined && { amount: formatExact(Number(shortfallMicros)) }),
    ...(words !== undefined && { words: quote(String(words)) }),
  }
}

const asSaid = (words: string): string => words

export const CAUSE_CODES = Object.keys(en.causes) as [CauseCode, ...CauseCode[]]

/** False for what a later version wrote down. */
export const isKnown = ({ code }: ToldCause): boolean => CAUSE_CODES.includes(code)

/** Said by us, and in English: the sentence follows from the cause. Zod-free, for workflows. */
export const weSay = (cause: Cause): { words: string; cause: Cause } => ({
  words: fill(en.causes[cause.code], fillings(cause.data, asSaid)),
  cause,
})

/** Said by a provider or by a person: a quotation. */
export const theySay = (words: string): Said => ({ words, cause: null })

/** What was said, without what stands beside it: so it is written down. */
export const onlySaid = ({ words, cause }: Said): Required<Said> => ({ words, cause: cause ?? null })

/** Sentences without a figure in them read alike in every record, those from before causes were written down too. */
const ALWAYS_ALIKE = [
  'burn_limit',
  'day_limit_short',
  'day_limit_reached',
  'launch_lost',
  'not_started',
  'meter_closed',
  'ended_first',
  'ended_before_ready',
  'offer_gone',
  'pod_vanished',
] as const satisfies readonly CauseCode[]
const KNOWN = new Map<string, Cause>(ALWAYS_ALIKE.map((code) => [en.causes[code], { code, data: {} }]))

/** The cause of a sentence of an older record; null where it is not known, or not ours. */
export const causeOfSentence = (words: string | null): Cause | null => KNOWN.get(words ?? '') ?? null
