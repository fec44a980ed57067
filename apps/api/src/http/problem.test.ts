import { DomainError } from '@berth/contract/errors'
import { PROBLEMS, type ProblemCode } from '@berth/contract/problems'
import { problemSchema } from '@berth/contract/schemas/common'
import { expect, test } from 'vitest'
import { problem, toProblem } from './problem.ts'

const AT = { instance: '/v1/x', requestId: 'req_1' }

test('every code becomes a body that the contract knows', () => {
  for (const code of Object.keys(PROBLEMS) as ProblemCode[]) {
    const { body } = toProblem(problem(code, 'what happened', { data: { a: 1 }, errors: [] }), AT)
    expect(problemSchema.parse(body)).toEqual(body)
    expect(body).toMatchObject({ ...PROBLEMS[code], code, detail: 'what happened', ...AT })
  }
})

test('an error that names its parameter points at it', () => {
  const error = new DomainError('invalid_request', 'not ours', { details: { pointer: 'cursor' } })
  expect(toProblem(error, AT).body.errors).toEqual([{ pointer: 'cursor', detail: 'not ours' }])
})

test.for([new Error('password=hunter2'), 'a string', null, new DomainError('not_a_problem', 'inner words')])(
  'what we did not foresee says nothing of itself: %s',
  (error) => {
    const { body, ours } = toProblem(error, AT)
    expect(ours).toBe(true)
    expect(body).toMatchObject({ code: 'internal', status: 500 })
    expect(JSON.stringify(body)).not.toMatch(/hunter2|a string|inner words/)
  },
)

test('errors of the body parser keep their meaning and lose their words', () => {
  const parse = Object.assign(new SyntaxError('Unexpected token hunter2'), {
    status: 400,
    type: 'entity.parse.failed',
  })
  expect(toProblem(parse, AT).body).toMatchObject({
    code: 'invalid_request',
    detail: 'The body is not valid JSON.',
  })
  const large = Object.assign(new Error('too large'), { status: 413, type: 'entity.too.large' })
  expect(toProblem(large, AT).body.code).toBe('payload_too_large')
  const other = Object.assign(new Error('teapot'), { status: 418 })
  expect(toProblem(other, AT).body.code).toBe('invalid_request')
  const theirs = Object.assign(new Error('bad gateway'), { status: 502 })
  expect(toProblem(theirs, AT).body.code).toBe('internal')
})
