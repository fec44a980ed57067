import { formatDuration } from '@berth/contract/durations'
import type { Language } from '@berth/contract/languages'
import { formatUsd } from '@berth/contract/money'
import type { NoticeData, NoticeKind } from '@berth/contract/notices'
import { fill } from '@berth/contract/words/words'
import { mailWords, type MailWords } from './mail-words.ts'

type Fact = [name: keyof MailWords['facts'], value: string]

/** Figures as a reader of one language writes them. */
interface Reader {
  values: MailWords['values']
  anHour: (micros: number, fractionDigits?: number) => string
  duration: (seconds: number) => string
}
type FactsOf = { [K in NoticeKind]: (data: NoticeData[K], reader: Reader) => Fact[] }

const runway: FactsOf['runway_recovered'] = (data, { values, anHour, duration }) => [
  ['balance', formatUsd(BigInt(data.availableMicros) + BigInt(data.heldMicros))],
  ['held', formatUsd(data.heldMicros)],
  ['burn', anHour(data.burnMicrosPerHour)],
  ['lasts', data.runwaySeconds === null ? values.longerThanPods : duration(data.runwaySeconds)],
]
const reversal: FactsOf['dispute_opened'] = (data) => [
  ['amount', formatUsd(data.amountMicros)],
  ['free', formatUsd(data.availableMicros)],
  ...(data.receivableMicros > 0 ? [['owed', formatUsd(data.receivableMicros)] as Fact] : []),
]
const rental: FactsOf['rental_interrupted'] = (data, { anHour }) => [
  ['pod', data.name],
  ['gpu', `${data.gpuCount > 1 ? `${data.gpuCount}× ` : ''}${data.gpuModel}`],
  ['provider', `${data.provider}, ${data.region}`],
  ['price', anHour(data.priceMicrosPerHour, 4)],
]

const FACTS: FactsOf = {
  runway_low: ({ dayLimit, ...figures }, reader) => [
    ...(dayLimit ? [['dayLimit', formatUsd(dayLimit.limitMicros)] as Fact] : []),
    ...runway(figures, reader),
  ],
  runway_recovered: runway,
  auto_top_up_paid: (data) => [
    ['charged', formatUsd(data.amountMicros)],
    ['free', formatUsd(data.availableMicros)],
  ],
  auto_top_up_failed: (data) => [['notCharged', formatUsd(data.amountMicros)]],
  auto_top_up_paused: () => [],
  top_up_refunded: reversal,
  refund_failed: reversal,
  dispute_opened: reversal,
  dispute_won: reversal,
  dispute_lost: reversal,
  wallet_in_debt: (data) => [
    ['owed', formatUsd(data.receivableMicros)],
    ['free', formatUsd(data.availableMicros)],
  ],
  debt_cleared: (data) => [
    ['settled', formatUsd(data.clearedMicros)],
    ['free', formatUsd(data.availableMicros)],
  ],
  rental_running: (data, reader) => [
    ...rental(data, reader),
    ['ssh', `ssh -p ${data.port} root@${data.host}`],
  ],
  rental_interrupted: rental,
  rental_ended: (data, reader) => [
    ...rental(data, reader),
    ['billed', reader.duration(data.billedSeconds)],
    ['charged', formatUsd(data.chargedMicros, 6)],
  ],
  webhook_switched_off: (data) => [
    ['endpoint', data.url],
    ['failsSince', data.failingSince],
    ['lastAnswer', data.words],
  ],
  api_key_created: (data, { values }) => [
    ['key', `${data.name} (${data.prefix}…)`],
    ['may', values[data.scope]],
    ['worksUntil', data.expiresAt === null ? values.untilRevoked : `${data.expiresAt.slice(0, 10)} UTC`],
    ['madeFrom', data.network ?? values.unknownAddress],
    ['with', [data.browser, data.system].filter((word) => word !== null).join(', ') || values.unknownProgram],
  ],
  webhook_test: () => [],
}

/** The figures under the text, by the names of their rows. */
export function factsOf(kind: NoticeKind, data: Record<string, unknown>, language: Language): Fact[] {
  const { values } = mailWords[language]
  const reader: Reader = {
    values,
    anHour: (micros, digits) => fill(values.anHour, { amount: formatUsd(micros, digits) }),
    duration: (seconds) => formatDuration(seconds, language, 'narrow'),
  }
  return (FACTS[kind] as (data: unknown, reader: Reader) => Fact[])(data, reader)
}
