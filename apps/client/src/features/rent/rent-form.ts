import { IMAGE_PRESETS, type ImagePreset } from '@berth/contract/image-presets'
import { LAUNCH_TEMPLATES, type LaunchTemplate } from '@berth/contract/launch-templates'
import type { OfferView } from '@berth/contract/schemas/catalog'
import { newRentalSchema, type NewRental } from '@berth/contract/schemas/rentals'
import { parseUsd, plainUsd } from '../../shared/format/money.ts'
import type { MessageKey } from '../../shared/i18n/use-text.ts'
import { envOf, envProblem, parsePorts, withTemplate, type EnvRow } from './environment.ts'

export type DurationKind = NewRental['duration']['kind']
export const DURATION_KINDS: readonly DurationKind[] = ['until_stopped', 'for', 'budget']

/** The choice "custom" takes any other image. */
export type ImageChoice = ImagePreset | 'custom'

/**
 * The presets that make sense at a provider. Pods on one's own machine are given the image made there, which brings
 * an SSH server and needs no registry; clouds cannot know it.
 */
export const presetsAt = (provider: string): readonly ImagePreset[] =>
  provider === 'docker' ? ['local'] : ['pytorch', 'jupyter', 'vllm', 'cuda', 'ubuntu']

/** What the person typed, as typed. */
export interface RentForm {
  sshKeyIds: string[]
  image: ImageChoice
  customImage: string
  env: EnvRow[]
  /** "8888, 8000" */
  ports: string
  /** Whole GiB; empty for what is included. */
  disk: string
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
  env: [],
  ports: '',
  disk: '',
  duration: 'until_stopped',
  hours: '8',
  budget: '20',
  failover: false,
  failoverCap: '',
  name: '',
})

export type RentField =
  | 'sshKeyIds'
  | 'customImage'
  | 'env'
  | 'ports'
  | 'disk'
  | 'hours'
  | 'budget'
  | 'failoverCap'
export type RentErrors = Partial<Record<RentField, MessageKey>>

const SECONDS_PER_HOUR = 3600
export const SHORTEST_SECONDS = 300
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

/** The form with another image: what its template serves and wants to be told comes along. */
export function chooseImage(form: RentForm, image: ImageChoice): RentForm {
  const templateOf = (choice: ImageChoice): LaunchTemplate | null =>
    choice === 'custom' ? null : LAUNCH_TEMPLATES[choice]
  return { ...form, image, ...withTemplate(form, { from: templateOf(form.image), to: templateOf(image) }) }
}

/** The disk as the API takes it: undefined for what is included, null while what was typed is no size the offer has. */
export function diskOf(text: string, { disk }: Pick<OfferView, 'disk'>): number | undefined | null {
  if (text.trim() === '') return undefined
  const gib = Number(text)
  return Number.isInteger(gib) && gib >= 1 && gib <= disk.maxGib ? gib : null
}

/** The form as it can be had at another offer: what that one cannot give falls back to what it can. */
export function fitForm(
  form: RentForm,
  { provider, disk, priceMicrosPerHour }: Pick<OfferView, 'provider' | 'disk' | 'priceMicrosPerHour'>,
): RentForm {
  const [usual = 'custom'] = presetsAt(provider)
  const isKnown = form.image === 'custom' || presetsAt(provider).includes(form.image)
  const cap = parseUsd(form.failoverCap)
  return {
    ...(isKnown ? form : chooseImage(form, usual)),
    disk: diskOf(form.disk, { disk }) === null ? '' : form.disk,
    failoverCap:
      cap !== null && cap < BigInt(priceMicrosPerHour) ? usualCap(priceMicrosPerHour) : form.failoverCap,
  }
}

/** A tenth above the chosen price, in whole cents, is where most people start. */
export const usualCap = (priceMicrosPerHour: number): string =>
  plainUsd(Math.ceil((priceMicrosPerHour * 1.1) / 10_000) * 10_000)

const imageOf = (form: RentForm): string =>
  form.image === 'custom' ? form.customImage.trim() : IMAGE_PRESETS[form.image]

/** What the form must know of the offer; the price is the one that is shown now, disk included. */
export type RentedOffer = Pick<OfferView, 'id' | 'priceMicrosPerHour' | 'disk' | 'terms'>

/** What stands in the way of renting, by field. */
export function rentErrors(form: RentForm, offer: RentedOffer): RentErrors {
  const errors: RentErrors = {}
  const wrongEnv = envProblem(form.env, offer.terms.environment)
  if (wrongEnv !== null) errors.env = `rent.env.problems.${wrongEnv}`
  if (parsePorts(form.ports) === null) errors.ports = 'rent.ports.invalid'
  if (diskOf(form.disk, offer) === null) errors.disk = 'rent.disk.invalid'
  if (form.sshKeyIds.length === 0) errors.sshKeyIds = 'rent.keys.required'
  if (!newRentalSchema.shape.image.safeParse(imageOf(form)).success) errors.customImage = 'rent.image.invalid'
  if (durationOf(form) === null) {
    if (form.duration === 'for') errors.hours = 'rent.duration.hoursInvalid'
    else errors.budget = 'rent.duration.budgetInvalid'
  }
  if (form.failover) {
    const cap = parseUsd(form.failoverCap)
    if (cap === null || cap < BigInt(offer.priceMicrosPerHour))
      errors.failoverCap = 'rent.failover.capInvalid'
  }
  return errors
}

/** The request, at the price the person was shown; null while something is missing. */
export function rentBody(form: RentForm, offer: RentedOffer): NewRental | null {
  const duration = durationOf(form)
  if (duration === null || Object.keys(rentErrors(form, offer)).length > 0) return null
  const cap = form.failover ? parseUsd(form.failoverCap) : null
  const env = envOf(form.env)
  const ports = parsePorts(form.ports) ?? []
  const diskGib = diskOf(form.disk, offer)
  return {
    offerId: offer.id,
    ...(form.name.trim() === '' ? {} : { name: form.name.trim() }),
    image: imageOf(form),
    sshKeyIds: form.sshKeyIds,
    ...(diskGib == null ? {} : { diskGib }),
    ...(Object.keys(env).length === 0 ? {} : { env }),
    ...(ports.length === 0 ? {} : { ports }),
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
