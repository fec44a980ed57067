import { gpusOf } from '@berth/contract/pod-name'
import type { Rental } from '@berth/entities/rental'

/** "2x H100 on RunPod US-KS-2 for octocat": how an operator recognises the rental in Temporal Web. */
export const rentalSummary = (
  rental: Pick<Rental, 'gpuCount' | 'gpuModel' | 'region'>,
  providerName: string,
  handle: string,
): string => `${gpusOf(rental.gpuCount, rental.gpuModel)} on ${providerName} ${rental.region} for ${handle}`
