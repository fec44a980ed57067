import { expect, test } from 'vitest'
import type { z } from 'zod'
import { fieldErrorOf } from './field-error-of.ts'
import { newSshKeySchema } from './schemas/account.ts'
import { autoTopUpRulesSchema } from './schemas/payments.ts'
import { portsSchema } from './schemas/pod-environment.ts'
import { newRentalSchema } from './schemas/rentals.ts'
import { forceEndSchema } from './schemas/operator.ts'
import { checkoutSchema } from './schemas/billing.ts'

const complaints = (schema: z.ZodType, given: unknown) => {
  const issues = schema.safeParse(given).error?.issues ?? []
  return issues.map((issue) => fieldErrorOf(issue, given, issue.path.join('.')))
}

test.each([
  ['what is not there', newSshKeySchema, { publicKey: 'a' }, { pointer: 'name', code: 'required' }],
  ['what is empty', newSshKeySchema, { name: ' ', publicKey: 'a' }, { code: 'required' }],
  [
    'what is too long',
    newSshKeySchema,
    { name: 'n'.repeat(65), publicKey: 'a' },
    { code: 'too_long', limit: 64 },
  ],
  ['what is too short', forceEndSchema, { reason: 'no' }, { code: 'too_short', limit: 3 }],
  ['another type', newSshKeySchema, { name: 7, publicKey: 'a' }, { code: 'wrong_type' }],
  ['too little', checkoutSchema, { amountCents: 1 }, { code: 'too_small', limit: 500 }],
  ['too much', checkoutSchema, { amountCents: 1e9 }, { code: 'too_big', limit: 500_000 }],
  [
    'a form of writing',
    newRentalSchema.pick({ image: true }),
    { image: 'NOT AN IMAGE' },
    { pointer: 'image', code: 'format' },
  ],
  [
    'another choice',
    newRentalSchema.pick({ duration: true }),
    { duration: { kind: 'x' } },
    { code: 'choice' },
  ],
  ['none at all', newRentalSchema.pick({ sshKeyIds: true }), { sshKeyIds: [] }, { code: 'required' }],
  [
    'a rule of ours',
    autoTopUpRulesSchema,
    { enabled: true, thresholdCents: 2000, amountCents: 1000, monthlyCapCents: 5000 },
    { pointer: 'amountCents', code: 'charge_below_threshold' },
  ],
  ['what is there twice', portsSchema, [80, 80], { code: 'repeated' }],
])('%s is complained of by name, besides the sentence', (_, schema, given, expected) => {
  const [first, ...others] = complaints(schema, given)
  expect(first).toMatchObject(expected)
  expect(first?.detail).toBeTruthy()
  expect(others).toEqual([])
})
