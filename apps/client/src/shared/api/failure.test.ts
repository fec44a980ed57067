import { ApiError, TransportError } from '@berth/contract/client'
import { PROBLEMS, type ProblemCode } from '@berth/contract/problems'
import { describe, expect, it } from 'vitest'
import { ref } from 'vue'
import { en } from '../i18n/en.ts'
import { zh } from '../i18n/zh.ts'
import { adviceOf, failureOf } from './failure.ts'

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
      fields: {
        publicKey: { pointer: '/publicKey', detail: 'first' },
        pageSize: { pointer: 'pageSize', detail: 'third' },
      },
      retryable: false,
      data: {},
    })
  })

  it('tells a cut connection from a mistake of this page', () => {
    expect(failureOf(new TransportError('x'))).toMatchObject({ code: 'unreachable', retryable: true })
    expect(failureOf(new TypeError('x'))).toMatchObject({ code: 'unexpected', retryable: false })
  })

  it.each([
    ['English', en],
    ['Chinese', zh],
  ])('has words and advice in %s for every code of the contract', (_, { failures }) => {
    const codes = Object.keys(PROBLEMS) as ProblemCode[]
    for (const code of codes) expect(failures[code]).toBeTruthy()
    expect(Object.keys(failures.advice).sort()).toEqual([...codes].sort())
  })

  it('is the server’s sentence to who reads English, and the advice for its code to others, with the original', () => {
    const failure = {
      ...failureOf(new TypeError('x')),
      code: 'offer_gone' as const,
      detail: 'Taken at 12:03.',
    }
    const told = (locale: string) => adviceOf(failure, { t: (key) => key, locale: ref(locale) })
    expect(told('en')).toEqual({ words: 'Taken at 12:03.', original: null })
    expect(told('zh-CN')).toEqual({ words: 'failures.advice.offer_gone', original: 'Taken at 12:03.' })
  })
})
