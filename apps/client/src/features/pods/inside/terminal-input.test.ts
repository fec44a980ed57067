import { expect, it } from 'vitest'
import { arrowInput, ARROWS } from './terminal-input.ts'

it('sends an arrow as the program at the other end asked for it', () => {
  const sent = (application: boolean) => ARROWS.map((arrow) => arrowInput(arrow, { application }).slice(1))
  expect(sent(false)).toEqual(['[D', '[B', '[A', '[C'])
  expect(sent(true)).toEqual(['OD', 'OB', 'OA', 'OC'])
  expect(arrowInput('up', { application: false }).charCodeAt(0)).toBe(27)
})
