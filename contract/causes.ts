import { formatUsd } from './money.ts'

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

type Sentences = { [C in CauseCode]: (data: CauseData[C]) => string }

/** Zod-free: workflows and activities write it, the API and e-mails tell it. */
const SENTENCES: Sentences = {
  money_missing: ({ shortfallMicros }) => missing(shortfallMicros),
  wallet_owes: ({ shortfallMicros }) => `The wallet owes money: ${missing(shortfallMicros)}`,
  burn_limit: () => 'All pods together would cost more an hour than the wallet allows.',
  day_limit_short: () => 'The limit of the day leaves too little.',
  day_limit_reached: () => 'The limit of the day was reached.',
  launch_lost: () => 'The launch was lost on our side. Nothing was charged; rent again.',
  not_started: () => 'It could not be started; nothing was charged.',
  meter_closed: () => 'The meter had been closed.',
  ended_first: () => 'The rental was ended first.',
  ended_before_ready: () => 'The rental was ended before the pod was ready.',
  provider_unreachable: () => 'The provider could not be reached.',
  no_answer: () => 'no answer in time',
  created_twice: ({ count, marker }) => `${count} pods carry the marker ${marker}; one was ordered.`,
  offer_gone: () => 'The offer is no longer in the market.',
  provider_off: ({ provider }) => `${provider} takes no new pods at the moment.`,
  price_risen: ({ provider }) => `${provider}: its price has risen above what you agreed to.`,
  host_blocked: ({ provider, words }) => `${provider}: this machine failed lately (${words})`,
  bad_host: ({ words }) => `The provider gave a machine that failed lately: ${words}`,
  boot_timeout: ({ seconds, words }) => `Not usable within ${seconds} s: ${words}`,
  bad_status: ({ words }) => `the provider says ${words}`,
  pod_vanished: () => 'The pod vanished while booting.',
  gpu_mismatch: ({ sold, found }) => `sold ${sold}, found ${found}`,
  gpu_missing: ({ sold }) => `sold ${sold}, found none`,
  gpu_unusable: ({ words }) => `nvidia-smi ${words}`,
}

const missing = (shortfallMicros: number): string => `${formatUsd(shortfallMicros, 6)} is missing.`

export const CAUSE_CODES = Object.keys(SENTENCES) as [CauseCode, ...CauseCode[]]

/** Said by us: the sentence follows from the cause. */
export const weSay = (cause: Cause): { words: string; cause: Cause } => ({
  words: (SENTENCES[cause.code] as (data: Cause['data']) => string)(cause.data),
  cause,
})

/** Said by a provider or by a person: a quotation. */
export const theySay = (words: string): Said => ({ words, cause: null })

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
const KNOWN = new Map<string, Cause>(ALWAYS_ALIKE.map((code) => [SENTENCES[code]({}), { code, data: {} }]))

/** The cause of a sentence of an older record; null where it is not known, or not ours. */
export const causeOfSentence = (words: string | null): Cause | null => KNOWN.get(words ?? '') ?? null
