import type { Rental } from '@berth/entities/rental'

const gpus = (count: number, model: string): string => (count === 0 ? model : `${count}x ${model}`)

/** "2x H100 on RunPod US-KS-2 for octocat": how an operator recognises the rental in Temporal Web. */
export const rentalSummary = (
  rental: Pick<Rental, 'gpuCount' | 'gpuModel' | 'region'>,
  providerName: string,
  handle: string,
): string => `${gpus(rental.gpuCount, rental.gpuModel)} on ${providerName} ${rental.region} for ${handle}`

/** What a rental is called until its renter says otherwise. */
export const defaultName = (rental: Pick<Rental, 'gpuCount' | 'gpuModel'>, providerName: string): string =>
  `${gpus(rental.gpuCount, rental.gpuModel)} on ${providerName}`.slice(0, 64)
