import { ApiError, TransportError } from '@berth/contract/client'
import type { ProblemCode } from '@berth/contract/problems'
import { describe, expect, it } from 'vitest'
import { createIntent } from './intent.ts'

const refusal = (code: ProblemCode, status: number) =>
  new ApiError({ type: 't', title: code, status, detail: code, instance: '/', code, requestId: 'req_1' })

describe('the key of an intent', () => {
  it('stays the same when the outcome of the first attempt is unknown', () => {
    const intent = setup()
    const key = intent.keyFor({ offerId: 'a' })
    intent.settle(new TransportError('cut'))
    expect(intent.keyFor({ offerId: 'a' })).toBe(key)
    intent.settle(refusal('orchestrator_unavailable', 503))
    expect(intent.keyFor({ offerId: 'a' })).toBe(key)
    intent.settle(refusal('idempotency_in_progress', 409))
    expect(intent.keyFor({ offerId: 'a' })).toBe(key)
  })

  it('is new after a clear refusal, so that a topped-up wallet is not answered with the old refusal', () => {
    const intent = setup()
    const key = intent.keyFor({ offerId: 'a' })
    intent.settle(refusal('insufficient_balance', 403))
    expect(intent.keyFor({ offerId: 'a' })).not.toBe(key)
  })

  it('is new for other choices and after success', () => {
    const intent = setup()
    const first = intent.keyFor({ offerId: 'a' })
    const second = intent.keyFor({ offerId: 'b' })
    intent.settle()
    expect(new Set([first, second, intent.keyFor({ offerId: 'b' })]).size).toBe(3)
  })
})

function setup() {
  let made = 0
  return createIntent(() => `key-${(made += 1)}`)
}
