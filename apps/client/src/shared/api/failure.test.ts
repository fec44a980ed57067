import { ApiError, TransportError } from '@berth/contract/client'
import { PROBLEMS, type ProblemCode } from '@berth/contract/problems'
import { describe, expect, it } from 'vitest'
import { en } from '../i18n/en.ts'
import { failureOf } from './failure.ts'

describe('what a person is told of a failure', () => {
  it('passes on the server’s sentence, its code and the number to quote', () => {
    const failure = failureOf(
      new ApiError({
        type: 't',
        title: 'The wallet cannot fund this',
        status: 403,
        detail: 'The first five minutes need $0.35.',
        instance: '/v1/rentals',
        code: 'insufficient_balance',
        requestId: 'req_1',
        errors: [
          { pointer: '/publicKey', detail: 'first' },
          { pointer: '/publicKey/0', detail: 'second' },
          { pointer: 'pageSize', detail: 'third' },
        ],
      }),
    )
    expect(failure).toEqual({
      code: 'insufficient_balance',
      detail: 'The first five minutes need $0.35.',
      requestId: 'req_1',
      fields: { publicKey: 'first', pageSize: 'third' },
      retryable: false,
    })
  })

  it('tells a cut connection from a mistake of this page', () => {
    expect(failureOf(new TransportError('x'))).toMatchObject({ code: 'unreachable', retryable: true })
    expect(failureOf(new TypeError('x'))).toMatchObject({ code: 'unexpected', retryable: false })
  })

  it('has words for every code of the contract', () => {
    for (const code of Object.keys(PROBLEMS) as ProblemCode[]) expect(en.failures[code]).toBeTruthy()
  })
})
