import { expect, test } from 'vitest'
import { readSettings } from './settings.ts'

test('every part has its standard port until a variable moves it', () => {
  expect(readSettings([], {}).ports).toMatchObject({ dashboard: 4300, postgres: 4320 })
  expect(readSettings([], { POSTGRES_PORT: '5999', API_PORT: '' }).ports).toMatchObject({
    api: 4301,
    postgres: 5999,
  })
})

test('a port that is none is refused with the name of the variable', () => {
  for (const wrong of ['abc', '0', '65536', '80.5', '-1']) {
    expect(() => readSettings([], { API_PORT: wrong })).toThrow(`API_PORT is "${wrong}"`)
  }
})

test('knows its flags and refuses others', () => {
  expect(readSettings(['--dev', '--fresh'], {})).toMatchObject({ dev: true, fresh: true })
  expect(readSettings([], {})).toMatchObject({ dev: false, fresh: false })
  expect(() => readSettings(['--fersh'], {})).toThrow('Unknown argument --fersh. Known: --dev, --fresh.')
})
