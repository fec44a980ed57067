import { IMAGE_PRESETS, type ImagePreset } from '@berth/contract/image-presets'
import { newRentalSchema, type NewRental } from '@berth/contract/schemas/rentals'
import { parseUsd } from '../../shared/format/money.ts'
import type { MessageKey } from '../../shared/i18n/use-text.ts'

export type DurationKind = NewRental['duration']['kind']
export const DURATION_KINDS: readonly DurationKind[] = ['until_stopped', 'for', 'budget']

/** The choice "custom" takes any other image. */
export type ImageChoice = ImagePreset | 'custom'

/**
 * The presets that make sense at a provider. Pods on one's own machine are given the image made there, which brings
 * an SSH server and needs no registry; clouds cannot know it.
 */
export const presetsAt = (provider: string): readonly ImagePreset[] =>
  provider === 'docker' ? ['local'] : ['pytorch', 'cuda', 'vllm', 'ubuntu']

/** What the person typed, as typed. */
export interface RentForm {
  sshKeyIds: string[]
  image: ImageChoice
  customImage: string
  duration: DurationKind
  hours: string
  budget: string
  failover: boolean
  failoverCap: string
  name: string
}

export const emptyRentForm = (provider: string): RentForm => ({
  sshKeyIds: [],
  image: presetsAt(provider)[0] ?? 'custom',
  customImage: '',
  duration: 'until_stopped',
  hours: '8',
  budget: '20',
  failover: false,
  failoverCap: '',
  name: '',
})

export type RentField = 'sshKeyIds' | 'customImage' | 'hours' | 'budget' | 'failoverCap'
export type RentErrors = Partial<Record<RentField, MessageKey>>

const SECONDS_PER_HOUR = 3600
const SHORTEST_SECONDS = 300
const LONGEST_SECONDS = 365 * 24 * SECONDS_PER_HOUR
const SMALLEST_BUDGET_MICROS = 100_000n

/** Whole seconds of a number of hours, or null outside five minutes to a year. */
export function parseHours(text: string): number | null {
  if (!/^\s*\d+([.,]\d+)?\s*$/.test(text)) return null
  const seconds = Math.round(Number(text.replace(',', '.')) * SECONDS_PER_HOUR)
  return seconds >= SHORTEST_SECONDS && seconds <= LONGEST_SECONDS ? seconds : null
}

/** The duration as the API takes it, or null while what was typed is not one. */
export function durationOf(
  form: Pick<RentForm, 'duration' | 'hours' | 'budget'>,
): NewRental['duration'] | null {
  switch (form.duration) {
    case 'until_stopped':
      return { kind: 'until_stopped' }
    case 'for': {
      const seconds = parseHours(form.hours)
      return seconds === null ? null : { kind: 'for', seconds }
    }
    case 'budget': {
      const micros = parseUsd(form.budget)
      if (micros === null || micros < SMALLEST_BUDGET_MICROS) return null
      return { kind: 'budget', spendLimitMicros: Number(micros) }
    }
  }
}

const imageOf = (form: RentForm): string =>
  form.image === 'custom' ? form.customImage.trim() : IMAGE_PRESETS[form.image]

/** What stands in the way of renting, by field. */
export function rentErrors(form: RentForm, priceMicrosPerHour: number): RentErrors {
  const errors: RentErrors = {}
  if (form.sshKeyIds.length === 0) errors.sshKeyIds = 'rent.keys.required'
  if (!newRentalSchema.shape.image.safeParse(imageOf(form)).success) errors.customImage = 'rent.image.invalid'
  if (durationOf(form) === null) {
    if (form.duration === 'for') errors.hours = 'rent.duration.hoursInvalid'
    else errors.budget = 'rent.duration.budgetInvalid'
  }
  if (form.failover) {
    const cap = parseUsd(form.failoverCap)
    if (cap === null || cap < BigInt(priceMicrosPerHour)) errors.failoverCap = 'rent.failover.capInvalid'
  }
  return errors
}

/** The request, at the price the person was shown; null while something is missing. */
export function rentBody(
  form: RentForm,
  offer: { id: string; priceMicrosPerHour: number },
): NewRental | null {
  const duration = durationOf(form)
  if (duration === null || Object.keys(rentErrors(form, offer.priceMicrosPerHour)).length > 0) return null
  const cap = form.failover ? parseUsd(form.failoverCap) : null
  return {
    offerId: offer.id,
    ...(form.name.trim() === '' ? {} : { name: form.name.trim() }),
    image: imageOf(form),
    sshKeyIds: form.sshKeyIds,
    duration,
    priceMicrosPerHour: offer.priceMicrosPerHour,
    ...(cap === null ? {} : { failover: { maxPriceMicrosPerHour: Number(cap) } }),
  }
}

const CENTS_PER_DOLLAR = 100
const SMALLEST_TOP_UP_CENTS = 500
const MICROS_PER_DOLLAR = 1_000_000

/** The smallest sensible top-up that covers what is missing: whole dollars, five at least. */
export const topUpCentsFor = (shortfallMicros: number): number =>
  Math.max(SMALLEST_TOP_UP_CENTS, Math.ceil(shortfallMicros / MICROS_PER_DOLLAR) * CENTS_PER_DOLLAR)
