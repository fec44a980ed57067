import { formatUsd } from '@berth/contract/money'
import type { NoticeData, NoticeKind } from '@berth/contract/notices'

type Facts = [name: string, value: string][]
type FactsOf = { [K in NoticeKind]: (data: NoticeData[K]) => Facts }

const runway: FactsOf['runway_recovered'] = (data) => [
  ['Balance', formatUsd(BigInt(data.availableMicros) + BigInt(data.heldMicros))],
  ['Held for pods', formatUsd(data.heldMicros)],
  ['Your pods use', `${formatUsd(data.burnMicrosPerHour)} an hour`],
  ['Lasts', data.runwaySeconds === null ? 'longer than all your pods' : duration(data.runwaySeconds)],
]
const reversal: FactsOf['dispute_opened'] = (data) => [
  ['Amount', formatUsd(data.amountMicros)],
  ['Free to spend', formatUsd(data.availableMicros)],
  ...(data.receivableMicros > 0 ? [['You owe', formatUsd(data.receivableMicros)] as [string, string]] : []),
]
const rental: FactsOf['rental_interrupted'] = (data) => [
  ['Pod', data.name],
  ['GPU', `${data.gpuCount > 1 ? `${data.gpuCount}× ` : ''}${data.gpuModel}`],
  ['Provider', `${data.provider}, ${data.region}`],
  ['Price', `${formatUsd(data.priceMicrosPerHour, 4)} an hour`],
]

const FACTS: FactsOf = {
  runway_low: ({ dayLimit, ...figures }) => [
    ...(dayLimit ? [['Limit of the day', formatUsd(dayLimit.limitMicros)] as [string, string]] : []),
    ...runway(figures),
  ],
  runway_recovered: runway,
  auto_top_up_paid: (data) => [
    ['Charged', formatUsd(data.amountMicros)],
    ['Free to spend', formatUsd(data.availableMicros)],
  ],
  auto_top_up_failed: (data) => [['Not charged', formatUsd(data.amountMicros)]],
  auto_top_up_paused: () => [],
  top_up_refunded: reversal,
  refund_failed: reversal,
  dispute_opened: reversal,
  dispute_won: reversal,
  dispute_lost: reversal,
  wallet_in_debt: (data) => [
    ['You owe', formatUsd(data.receivableMicros)],
    ['Free to spend', formatUsd(data.availableMicros)],
  ],
  debt_cleared: (data) => [
    ['Settled', formatUsd(data.clearedMicros)],
    ['Free to spend', formatUsd(data.availableMicros)],
  ],
  rental_running: (data) => [...rental(data), ['SSH', `ssh -p ${data.port} root@${data.host}`]],
  rental_interrupted: rental,
  rental_ended: (data) => [
    ...rental(data),
    ['Billed', duration(data.billedSeconds)],
    ['Charged', formatUsd(data.chargedMicros, 6)],
  ],
  webhook_switched_off: (data) => [
    ['Endpoint', data.url],
    ['Fails since', data.failingSince],
    ['Last answer', data.words],
  ],
  api_key_created: (data) => [
    ['Key', `${data.name} (${data.prefix}…)`],
    ['May', data.scope === 'full' ? 'do everything but pay in and make keys' : 'only read'],
    ['Works until', data.expiresAt === null ? 'it is revoked' : `${data.expiresAt.slice(0, 10)} UTC`],
    ['Made from', data.network ?? 'an unknown address'],
    ['With', [data.browser, data.system].filter((word) => word !== null).join(', ') || 'an unknown program'],
  ],
  webhook_test: () => [],
}

/** The figures under the text. */
export function factsOf(kind: NoticeKind, data: Record<string, unknown>): Facts {
  return (FACTS[kind] as (data: unknown) => Facts)(data)
}

/** "2 h 5 min 9 s" */
function duration(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const
  return (
    parts
      .filter(([value]) => value > 0)
      .map(([value, unit]) => `${value} ${unit}`)
      .join(' ') || '0 s'
  )
}
