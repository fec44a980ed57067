import { IMAGE_PRESETS } from '@berth/contract/image-presets'
import { newRentalSchema } from '@berth/contract/schemas/rentals'
import { describe, expect, it } from 'vitest'
import { anOffer } from '../../shared/testing/examples.ts'
import {
  chooseImage,
  durationOf,
  emptyRentForm,
  fitForm,
  parseHours,
  presetsAt,
  rentBody,
  rentErrors,
  topUpCentsFor,
  type RentForm,
} from './rent-form.ts'

const KEY = 'key_01ARZ3NDEKTSV4RRFFQ69G5FAV'
const offer = anOffer({ id: 'runpod:US/h100', priceMicrosPerHour: 2_089_500 })

describe('the form at another offer', () => {
  it('falls back to what that one has', () => {
    const filled = form({ image: 'local', disk: '9000', failover: true, failoverCap: '1', ports: '9000' })
    expect(fitForm(filled, offer)).toMatchObject({
      image: 'pytorch',
      disk: '',
      failoverCap: '2.30',
      ports: '9000',
    })
  })

  it('stays as it is where it fits', () => {
    const filled = form({ image: 'custom', customImage: 'me/mine', disk: '200', failoverCap: '3' })
    expect(fitForm(filled, offer)).toEqual(filled)
  })
})

describe('the rent form', () => {
  it('asks at the price that was shown', () => {
    expect(rentBody(form({}), offer)).toEqual({
      offerId: 'runpod:US/h100',
      image: IMAGE_PRESETS.pytorch,
      sshKeyIds: [KEY],
      duration: { kind: 'until_stopped' },
      priceMicrosPerHour: 2_089_500,
    })
  })

  it('only ever builds what the contract accepts', () => {
    const filled = form({
      duration: 'budget',
      budget: '12.34',
      failover: true,
      failoverCap: '3',
      name: ' my pod ',
      env: [{ name: 'HF_TOKEN', value: 'x' }],
      ports: '8888',
      disk: '200',
    })
    const body = rentBody(filled, offer)
    expect(newRentalSchema.safeParse(body).success).toBe(true)
    expect(body).toMatchObject({
      name: 'my pod',
      env: { HF_TOKEN: 'x' },
      ports: [8888],
      diskGib: 200,
      duration: { kind: 'budget', spendLimitMicros: 12_340_000 },
      failover: { maxPriceMicrosPerHour: 3_000_000 },
    })
  })

  it('has only presets the contract accepts', () => {
    for (const image of Object.values(IMAGE_PRESETS)) {
      expect(newRentalSchema.shape.image.safeParse(image).success).toBe(true)
    }
  })

  it('proposes the image made on this machine for pods on it, and nowhere else', () => {
    expect(IMAGE_PRESETS[emptyRentForm('docker').image as keyof typeof IMAGE_PRESETS]).toBe('berth-pod:local')
    expect(presetsAt('runpod')).not.toContain('local')
  })

  it('brings along what the image of a template serves and wants to be told', () => {
    expect(chooseImage(form({}), 'vllm')).toMatchObject({
      image: 'vllm',
      env: [{ name: 'HF_TOKEN', value: '' }],
      ports: '8000',
    })
  })

  it('names every field that stands in the way', () => {
    const wrong = form({
      sshKeyIds: [],
      image: 'custom',
      customImage: 'NOT AN IMAGE',
      duration: 'for',
      hours: '0',
      failover: true,
      failoverCap: '1',
      env: [{ name: '1A', value: 'x' }],
      ports: '22',
      disk: '2001',
    })
    expect(Object.keys(rentErrors(wrong, offer)).sort()).toEqual([
      'customImage',
      'disk',
      'env',
      'failoverCap',
      'hours',
      'ports',
      'sshKeyIds',
    ])
    expect(rentBody(wrong, offer)).toBeNull()
  })

  it('does not mind a bad value of a choice that is not taken', () => {
    expect(rentErrors(form({ hours: 'x', budget: 'x', failoverCap: 'x', customImage: '!' }), offer)).toEqual(
      {},
    )
  })

  it('takes hours with a fraction, from five minutes to a year', () => {
    expect(parseHours('1.5')).toBe(5400)
    expect(parseHours('1,5')).toBe(5400)
    expect(parseHours('0.083')).toBeNull()
    expect(parseHours('0.0834')).toBe(300)
    expect(parseHours('8760')).toBe(365 * 86_400)
    expect(parseHours('8761')).toBeNull()
    for (const text of ['', ' ', '1h', '-1', '1e2']) expect(parseHours(text)).toBeNull()
  })

  it('has no duration while the budget is below ten cents', () => {
    expect(durationOf({ duration: 'budget', hours: '', budget: '0.09' })).toBeNull()
    expect(durationOf({ duration: 'budget', hours: '', budget: '0.10' })).toEqual({
      kind: 'budget',
      spendLimitMicros: 100_000,
    })
  })

  it('proposes a top-up of whole dollars that covers what is missing, five at least', () => {
    expect(topUpCentsFor(1)).toBe(500)
    expect(topUpCentsFor(5_000_001)).toBe(600)
    expect(topUpCentsFor(52_000_000)).toBe(5200)
  })
})

function form(change: Partial<RentForm>): RentForm {
  return { ...emptyRentForm('runpod'), sshKeyIds: [KEY], ...change }
}
