import { describe, expect, it } from 'vitest'
import { goneInstance } from './gone-instance.ts'
import type { InstanceState } from './port.ts'
import { orderPower } from './power-order.ts'
import { ProviderError, type ProviderErrorKind } from './provider-error.ts'

describe('ordering a start or a stop', () => {
  it.each([
    ['start', 'running'],
    ['start', 'provisioning'],
    ['stop', 'stopped'],
    ['stop', 'stopping'],
    ['stop', 'gone'],
  ] as const)('takes a refused %s for done where the instance is %s', async (wish, state) => {
    await expect(order({ wish, state, refusal: 'invalid_request' })).resolves.toBeUndefined()
    await expect(order({ wish, state, refusal: 'not_yet' })).resolves.toBeUndefined()
  })

  it.each([
    ['start', 'stopped', 'not_yet'],
    ['start', 'stopped', 'no_capacity'],
    ['start', 'running', 'auth'],
    ['stop', 'running', 'invalid_request'],
    ['stop', 'unknown', 'not_yet'],
    ['stop', 'stopped', 'ambiguous'],
  ] as const)('passes on that a %s of what is %s was refused with %s', async (wish, state, refusal) => {
    await expect(order({ wish, state, refusal })).rejects.toMatchObject({ kind: refusal })
  })

  it('stops what is not there, and does not start it', async () => {
    await expect(order({ wish: 'stop', state: 'gone', found: false })).resolves.toBeUndefined()
    await expect(order({ wish: 'start', state: 'gone', found: false })).rejects.toMatchObject({
      kind: 'invalid_request',
      status: 404,
    })
  })
})

interface Situation {
  wish: 'start' | 'stop'
  state: InstanceState
  found?: boolean
  refusal?: ProviderErrorKind
}

const order = ({ wish, state, found = true, refusal }: Situation): Promise<void> =>
  orderPower({
    provider: 'p',
    id: 'i',
    wish,
    order: async () => {
      if (refusal) throw new ProviderError({ provider: 'p', kind: refusal, words: 'no' })
      return found
    },
    describe: async () => ({ ...goneInstance('i'), state }),
  })
