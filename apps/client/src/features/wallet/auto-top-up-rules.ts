import { MICROS_PER_CENT, toWire } from '@berth/contract/money'
import { autoTopUpRulesSchema, type AutoTopUp } from '@berth/contract/schemas/payments'
import { parseUsd, plainUsd } from '../../shared/format/money.ts'
import type { AutoTopUpRules } from './payment-queries.ts'

/** As typed: dollars in text. */
export interface AutoTopUpForm {
  enabled: boolean
  threshold: string
  amount: string
  monthlyCap: string
}
export type AutoTopUpField = 'threshold' | 'amount' | 'monthlyCap'

const dollars = (micros: number): string => plainUsd(micros).replace(/\.00$/, '')

export const formOf = (settings: AutoTopUp): AutoTopUpForm => ({
  enabled: settings.enabled,
  threshold: dollars(settings.thresholdMicros),
  amount: dollars(settings.amountMicros),
  monthlyCap: dollars(settings.monthlyCapMicros),
})

type Checked =
  | { ok: true; rules: AutoTopUpRules }
  | { ok: false; problems: Partial<Record<AutoTopUpField, 'amount' | 'belowThreshold' | 'belowAmount'>> }

/** By the very schema the server checks with; what is wrong is told by field. */
export function checkedRules(form: AutoTopUpForm): Checked {
  const cents = {
    thresholdCents: centsOf(form.threshold),
    amountCents: centsOf(form.amount),
    monthlyCapCents: centsOf(form.monthlyCap),
  }
  const parsed = autoTopUpRulesSchema.safeParse({ enabled: form.enabled, ...cents })
  if (parsed.success) return { ok: true, rules: parsed.data }
  const problems: (Checked & { ok: false })['problems'] = {}
  for (const { path, code } of parsed.error.issues) {
    const field = String(path[0]).replace(/Cents$/, '') as AutoTopUpField
    problems[field] ??= code === 'custom' ? (field === 'amount' ? 'belowThreshold' : 'belowAmount') : 'amount'
  }
  return { ok: false, problems }
}

function centsOf(text: string): number | null {
  const micros = parseUsd(text)
  return micros === null || micros % MICROS_PER_CENT !== 0n ? null : toWire(micros / MICROS_PER_CENT)
}
