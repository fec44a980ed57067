import { describe, expect, it } from 'vitest'
import { envNameFlaw, envValueFlaw } from './pod-environment.ts'
import { newRentalSchema } from './schemas/rentals.ts'

const { env, ports } = newRentalSchema.shape
const complaints = (schema: typeof env | typeof ports, value: unknown) =>
  schema.safeParse(value).error?.issues.map(({ path, message }) => `${path.join('/')}: ${message}`) ?? []

describe('the environment of a pod', () => {
  it('takes names as POSIX has them', () => {
    expect(['HF_TOKEN', '_x', 'a1'].map(envNameFlaw)).toEqual([null, null, null])
    expect(['', '1A', 'A-B', 'A B', 'A=B', 'Ä'].map(envNameFlaw)).toEqual(Array(6).fill('name'))
  })

  it('keeps the names that let a renter in', () => {
    const taken = ['PUBLIC_KEY', 'PATH', 'BERTH_SSH_KEYS', 'RUNPOD_POD_ID', 'VAST_X'].map(envNameFlaw)
    expect(taken).toEqual(Array(5).fill('reserved'))
    expect(['PATHS', 'MY_PATH', 'BERTHA'].map(envNameFlaw)).toEqual([null, null, null])
  })

  it('takes on one line only what a line can carry', () => {
    for (const value of ['x\ny', 'a#b', '"x', "'x", 'x\\']) {
      expect([envValueFlaw(value), envValueFlaw(value, 'lines')]).toEqual([null, 'no_line'])
    }
    expect(envValueFlaw('=1 "two" words', 'lines')).toBeNull()
  })

  it('names the variable and never repeats its value', () => {
    const said = complaints(env, { '1A': 'hunter2', PATH: 'hunter2', LONG: 'hunter2'.repeat(2_000) })
    expect(said).toHaveLength(3)
    expect(said.map((words) => words.split(':')[0])).toEqual(['1A', 'PATH', 'LONG'])
    expect(said.join()).not.toContain('hunter2')
  })

  it('has its limits', () => {
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`V${i}`, 'x']))
    expect(complaints(env, many)[0]).toContain('50 variables at most')
    const heavy = Object.fromEntries(Array.from({ length: 4 }, (_, i) => [`V${i}`, 'x'.repeat(8_000)]))
    expect(complaints(env, heavy)[0]).toContain('at most')
  })
})

describe('the ports of a pod', () => {
  it('are up to ten different ones, and SSH is open anyway', () => {
    expect(complaints(ports, [8888, 80])).toEqual([])
    expect(complaints(ports, [22])[0]).toContain('open anyway')
    expect(complaints(ports, [80, 80])[0]).toContain('once')
    expect(complaints(ports, [0])).toHaveLength(1)
    expect(complaints(ports, [65_536])).toHaveLength(1)
    expect(
      complaints(
        ports,
        Array.from({ length: 11 }, (_, i) => 8000 + i),
      )[0],
    ).toContain('10 ports at most')
  })
})
