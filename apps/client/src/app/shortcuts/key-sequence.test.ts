import { describe, expect, it } from 'vitest'
import { createKeyReader } from './key-sequence.ts'

describe('the keyboard', () => {
  it('goes to a place by "g" and its letter, if they follow each other', () => {
    const { press, wait } = setup()
    expect([press('g'), press('r')]).toEqual([null, { go: 'pods' }])
    expect([press('r'), press('g'), press('x'), press('r')]).toEqual([null, null, null, null])
    press('g')
    wait(2000)
    expect(press('r')).toBeNull()
  })

  it('opens the palette from everywhere, the list of keys only where nobody writes', () => {
    const { press, field } = setup()
    expect(press('k', { ctrlKey: true }, field)).toBe('palette')
    expect(press('K', { metaKey: true })).toBe('palette')
    expect(press('?')).toBe('help')
    expect(press('?', {}, field)).toBeNull()
    expect([press('g', {}, field), press('r', {}, field)]).toEqual([null, null])
  })

  it('keeps the palette when single keys are turned off', () => {
    const { press } = setup({ singleKeys: false })
    expect([press('?'), press('g'), press('r')]).toEqual([null, null, null])
    expect(press('k', { ctrlKey: true })).toBe('palette')
  })

  it('leaves the browser its own combinations', () => {
    const { press } = setup()
    expect(press('k')).toBeNull()
    expect(press('k', { ctrlKey: true, shiftKey: true })).toBeNull()
    expect([press('g', { ctrlKey: true }), press('r')]).toEqual([null, null])
  })
})

function setup({ singleKeys = true }: { singleKeys?: boolean } = {}) {
  let nowMs = 0
  const field = document.body.appendChild(document.createElement('input'))
  const read = createKeyReader(new Map([['r', 'pods']]), () => nowMs)
  return {
    field,
    wait: (ms: number) => (nowMs += ms),
    press: (key: string, init: KeyboardEventInit = {}, target: HTMLElement = document.body) => {
      let meaning: ReturnType<typeof read> = null
      const listener = (event: KeyboardEvent) => (meaning = read(event, singleKeys))
      addEventListener('keydown', listener, { once: true })
      target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, ...init }))
      return meaning
    },
  }
}
