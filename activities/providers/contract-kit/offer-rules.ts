import { FORM_FACTORS, GPU_VENDORS, POD_KINDS, STOCK_LEVELS, type UpstreamOffer } from '@berth/contract/offer'
import { z } from 'zod'

const wholeNumber = z.number().int().nonnegative()

const offerSchema = z.strictObject({
  key: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/, 'stands in an offer id and so in a URL'),
  gpu: z.strictObject({
    key: z.string().regex(/^[a-z0-9-]+$/),
    vendor: z.enum(GPU_VENDORS),
    model: z.string().min(1),
    memoryGib: wholeNumber,
    formFactor: z.enum(FORM_FACTORS),
    rawName: z.string().min(1),
  }),
  gpuCount: wholeNumber,
  region: z.strictObject({
    code: z.string().min(1),
    country: z
      .string()
      .regex(/^[A-Z]{2}$/)
      .nullable(),
    continent: z.enum(['AF', 'AS', 'EU', 'NA', 'OC', 'SA']).nullable(),
  }),
  podKind: z.enum(POD_KINDS),
  spot: z.boolean(),
  vcpus: z.number().positive().nullable(),
  ramGib: z.number().positive().nullable(),
  disk: z.strictObject({ includedGib: wholeNumber, maxGib: wholeNumber }),
  stock: z.enum(STOCK_LEVELS),
  reliability: z.number().min(0).max(1).nullable(),
  upstreamMicrosPerHour: z.number().int().positive(),
  upstreamDiskMicrosPerGibHour: wholeNumber,
  soldFor: z.string().nullable(),
  launchData: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
})

/** What is wrong with these offers, in sentences; rules that hold for whatever any adapter puts on sale. */
export function flawsOf(offers: UpstreamOffer[]): string[] {
  const keys = offers.map(({ key }) => key)
  const doubled = keys.filter((key, index) => keys.indexOf(key) !== index)
  return [
    ...(offers.length === 0 ? ['there is no offer'] : []),
    ...doubled.map((key) => `${key} names two offers`),
    ...offers.flatMap((offer) => flawsOfOne(offer).map((flaw) => `${offer.key}: ${flaw}`)),
  ]
}

function flawsOfOne(offer: UpstreamOffer): string[] {
  const parsed = offerSchema.safeParse(offer)
  const rules: [holds: boolean, flaw: string][] = [
    [(offer.gpu.vendor === 'none') === (offer.gpuCount === 0), 'a GPU has a vendor, and a vendor has GPUs'],
    [offer.gpu.memoryGib > 0 === offer.gpuCount > 0, 'a GPU has memory'],
    [offer.disk.maxGib >= offer.disk.includedGib, 'the included disk is within the largest'],
  ]
  return [
    ...(parsed.success
      ? []
      : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)),
    ...rules.filter(([holds]) => !holds).map(([, flaw]) => flaw),
  ]
}
