import type { FieldError } from '@berth/contract/field-complaints'
import { FIELD_COMPLAINTS } from '@berth/contract/field-complaints'
import { describe, expect, it } from 'vitest'
import { ref } from 'vue'
import { en } from '../i18n/en.ts'
import { inItsWords, plainly } from '../i18n/told.ts'
import { zh } from '../i18n/zh.ts'
import { tellComplaint } from './complaint.ts'

describe('what is wrong with one field', () => {
  it.each([
    ['English', en],
    ['Chinese', zh],
  ])('has words in %s for every name of the contract', (_, { failures }) => {
    expect(Object.keys(failures.complaints).sort()).toEqual([...FIELD_COMPLAINTS].sort())
  })

  it('is the server’s sentence to who reads English, and words by its name to others', () => {
    const error: FieldError = { pointer: '/name', detail: 'Give the key a name.', code: 'required' }
    expect(told('en', error)).toEqual(plainly('Give the key a name.'))
    expect(told('zh-CN', error)).toEqual(plainly('failures.complaints.required {"limit":"0"}'))
    expect(told('zh-CN', { pointer: 'cursor', detail: 'Too old.' })).toEqual(inItsWords('Too old.'))
  })

  it.each([
    ['/amountCents', 500, '$5.00'],
    ['/duration/spendLimitMicros', 100_000, '$0.10'],
    ['/duration/seconds', 300, '5分钟'],
    ['/image', 1_300, '1,300'],
  ])('tells the limit of %s in its unit', (pointer, limit, expected) => {
    const { sentence } = told('zh-CN', { pointer, detail: 'x', code: 'too_small', limit })
    expect(sentence).toContain(`"${expected}"`)
  })
})

const told = (locale: string, error: FieldError) =>
  tellComplaint(error, { t: (key, values) => `${key} ${JSON.stringify(values)}`, locale: ref(locale) })
