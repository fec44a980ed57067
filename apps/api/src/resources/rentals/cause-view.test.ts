import { expect, test } from 'vitest'
import { causeView } from './cause-view.ts'

const REACHED = 'The limit of the day was reached.'

test('a cause is shown as it was stored', () => {
  const stored = { code: 'price_risen', data: { provider: 'RunPod' } }
  expect(causeView(stored, 'RunPod: its price has risen above what you agreed to.')).toEqual(stored)
})

test('a record without one is known by its sentence, if that is ours', () => {
  expect(causeView(null, REACHED)).toEqual({ code: 'day_limit_reached', data: {} })
  expect(causeView(undefined, 'The host does not boot.')).toBeNull()
  expect(causeView(null, null)).toBeNull()
})

test('a cause that only a later version knows leaves the sentence as a quotation', () => {
  expect(causeView({ code: 'solar_flare', data: {} }, 'A solar flare.')).toBeNull()
})
