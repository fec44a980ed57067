import type { UpstreamOffer } from '@berth/contract/offer'
import type { z } from 'zod'
import { ProviderError } from './provider-error.ts'

interface ReadLaunchData<T> {
  provider: string
  schema: z.ZodType<T>
  offer: UpstreamOffer
}

/** What an adapter wrote into its own offer, read back at launch; an offer that it can not have made is refused. */
export function readLaunchData<T>({ provider, schema, offer }: ReadLaunchData<T>): T {
  const parsed = schema.safeParse(offer.launchData)
  if (parsed.success) return parsed.data
  const words = `the offer ${offer.key} is none that this adapter could have made; refresh the catalog and choose again`
  throw new ProviderError({ provider, kind: 'invalid_request', words, cause: parsed.error })
}
