import { IMAGE_PRESETS, type ImagePreset } from '@berth/contract/image-presets'
import { usualPodName } from '@berth/contract/pod-name'
import type { OfferView } from '@berth/contract/schemas/catalog'
import type { RentalDetail } from '@berth/contract/schemas/rentals'
import { plainUsd } from '../../shared/format/money.ts'
import { emptyRentForm, fitForm, SHORTEST_SECONDS, type ImageChoice, type RentForm } from './rent-form.ts'

const SECONDS_PER_HOUR = 3600

/** The form as somebody would fill it in who wants this pod once more; values of variables are known to nobody. */
export function formLike(rental: RentalDetail, offer: OfferView): RentForm {
  const { failover } = rental
  const bare = emptyRentForm(offer.provider)
  const form = {
    ...bare,
    ...(rental.image === null ? {} : imageOf(rental.image)),
    sshKeyIds: [...rental.sshKeyIds],
    env: rental.envNames.map((name) => ({ name, value: '' })),
    ports: rental.ports.map(({ port }) => port).join(', '),
    disk: rental.diskGib > offer.disk.includedGib ? String(rental.diskGib) : '',
    ...lengthOf(rental),
    failover: failover !== null,
    failoverCap: failover === null ? '' : plainUsd(failover.maxPriceMicrosPerHour),
    name: ownNameOf(rental),
  }
  return fitForm(form, offer)
}

function imageOf(image: string): Pick<RentForm, 'image' | 'customImage'> {
  const presets = Object.keys(IMAGE_PRESETS) as ImagePreset[]
  const choice: ImageChoice = presets.find((preset) => IMAGE_PRESETS[preset] === image) ?? 'custom'
  return { image: choice, customImage: choice === 'custom' ? image : '' }
}

/** As it stood at last: who extended a pod had found out how long it takes. */
function lengthOf(rental: RentalDetail): Partial<Pick<RentForm, 'duration' | 'hours' | 'budget'>> {
  if (rental.spendLimitMicros !== null) {
    return { duration: 'budget', budget: plainUsd(rental.spendLimitMicros) }
  }
  const seconds = secondsOf(rental)
  return seconds === null ? {} : { duration: 'for', hours: hoursOf(seconds) }
}

function secondsOf({ endsAt, durationSeconds, meter, readyAt }: RentalDetail): number | null {
  if (endsAt === null || meter.startedAt === null) return readyAt === null ? durationSeconds : null
  return (Date.parse(endsAt) - Date.parse(meter.startedAt)) / 1000
}

/** "1.5", to the second: four digits of an hour are less than one. */
const hoursOf = (seconds: number): string =>
  String(Number((Math.max(Math.round(seconds), SHORTEST_SECONDS) / SECONDS_PER_HOUR).toFixed(4)))

/** A name that was made for it speaks of the provider it had, which the next one need not have. */
function ownNameOf(rental: RentalDetail): string {
  const { name, gpu, gpuCount, provider, providerName, attempts } = rental
  const sellers = [providerName, provider, ...attempts.map((attempt) => attempt.providerName)]
  const made = sellers.map((seller) => usualPodName({ gpuModel: gpu.model, gpuCount, providerName: seller }))
  return made.includes(name) ? '' : name
}
