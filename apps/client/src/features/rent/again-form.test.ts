import { IMAGE_PRESETS } from '@berth/contract/image-presets'
import { describe, expect, it } from 'vitest'
import { anOffer, aRental } from '../../shared/testing/examples.ts'
import { formLike } from './again-form.ts'
import { rentErrors } from './rent-form.ts'

const offer = anOffer()
const { meter } = aRental()

describe('the form of a pod that is rented again', () => {
  it('is filled in with all that its rental tells, and with the names of variables alone', () => {
    const rental = aRental({
      image: 'ghcr.io/me/mine:1',
      diskGib: 250,
      ports: [
        { port: 8888, address: { host: '203.0.113.7', port: 41_000 } },
        { port: 9000, address: null },
      ],
      envNames: ['HF_TOKEN', 'WANDB_KEY'],
      failover: { maxPriceMicrosPerHour: 2_500_000 },
    })
    const form = formLike(rental, offer)
    expect(form).toEqual({
      sshKeyIds: rental.sshKeyIds,
      image: 'custom',
      customImage: 'ghcr.io/me/mine:1',
      env: [
        { name: 'HF_TOKEN', value: '' },
        { name: 'WANDB_KEY', value: '' },
      ],
      ports: '8888, 9000',
      disk: '250',
      duration: 'until_stopped',
      hours: '8',
      budget: '20',
      failover: true,
      failoverCap: '2.50',
      name: 'amber-heron',
    })
    expect(rentErrors(form, offer)).toEqual({})
  })

  it('knows a template by its image, and lets the provider choose where it did', () => {
    expect(formLike(aRental({ image: IMAGE_PRESETS.vllm }), offer)).toMatchObject({
      image: 'vllm',
      customImage: '',
    })
    expect(formLike(aRental({ image: null }), offer)).toMatchObject({ image: 'pytorch' })
  })

  it('leaves the disk alone that is included here, and raises a limit that is below the price', () => {
    const rental = aRental({ diskGib: 80, failover: { maxPriceMicrosPerHour: 1_000_000 } })
    expect(formLike(rental, offer)).toMatchObject({ disk: '', failoverCap: '2.31' })
  })

  it.for([
    [
      'for the hours it was rented',
      { durationSeconds: 5400, readyAt: null },
      { duration: 'for', hours: '1.5' },
    ],
    [
      'for as long as it was extended to',
      { durationSeconds: 3600, endsAt: '2026-03-01T15:00:00.000Z' },
      { duration: 'for', hours: '3' },
    ],
    [
      'until it is stopped, where its end was taken away',
      { durationSeconds: 3600, endsAt: null },
      { duration: 'until_stopped' },
    ],
    ['up to its budget', { spendLimitMicros: 1_234_500_000 }, { duration: 'budget', budget: '1234.50' }],
    [
      'for five minutes, which read as hours are five minutes still',
      { durationSeconds: 300, readyAt: null },
      { duration: 'for', hours: '0.0833' },
    ],
  ] as const)('runs %s', ([, change, expected]) => {
    const form = formLike(aRental({ ...change, meter }), offer)
    expect(form).toMatchObject(expected)
    expect(rentErrors(form, offer)).toEqual({})
  })

  it('takes a name along that was given, not one that was made', () => {
    expect(formLike(aRental({ name: '1x H100 on RunPod' }), offer).name).toBe('')
    expect(formLike(aRental({ name: 'nightly' }), offer).name).toBe('nightly')
  })
})
