import { expect, test } from 'vitest'
import { revalidated } from './revalidated.ts'

test('waits for the first value only, and asks again behind the answer once it is past its time', async () => {
  const { cell, loads, values, advance } = setup()
  const first = Promise.all([cell.first(), cell.first()])
  loads[0]?.resolve('one')
  await first
  expect(values).toEqual(['one'])
  cell.touch()
  expect(loads).toHaveLength(1)
  advance(30_000)
  cell.touch()
  cell.touch()
  expect(loads).toHaveLength(2)
  await cell.first()
  expect(values).toEqual(['one'])
  loads[1]?.resolve('two')
  await settled()
  expect(values).toEqual(['one', 'two'])
})

test('a failed first load is told to whoever waits, and the next one tries again', async () => {
  const { cell, loads, errors } = setup()
  const first = cell.first()
  loads[0]?.reject(new Error('no database'))
  await expect(first).rejects.toThrow('no database')
  expect(errors).toEqual([])
  const second = cell.first()
  loads[1]?.resolve('one')
  await second
})

test('a failed reload is reported and not repeated for two seconds, however many ask', async () => {
  const { cell, loads, values, errors, advance } = setup()
  const first = cell.first()
  loads[0]?.resolve('one')
  await first
  advance(30_000)
  cell.touch()
  loads[1]?.reject(new Error('no database'))
  await settled()
  expect(errors).toEqual([new Error('no database')])
  expect(values).toEqual(['one'])
  advance(1_999)
  cell.touch()
  expect(loads).toHaveLength(2)
  advance(1)
  cell.touch()
  expect(loads).toHaveLength(3)
})

test('news that arrives during a load leads to exactly one more, since the running one may have missed it', async () => {
  const { cell, loads, values } = setup()
  cell.touch()
  const told = [cell.invalidate(), cell.invalidate(), cell.invalidate()]
  expect(loads).toHaveLength(1)
  loads[0]?.resolve('before')
  await settled()
  expect(loads).toHaveLength(2)
  loads[1]?.resolve('after')
  await Promise.all(told)
  expect(values).toEqual(['before', 'after'])
  expect(loads).toHaveLength(2)
})

test('news that can not be read is reported and never thrown', async () => {
  const { cell, loads, errors } = setup()
  const told = cell.invalidate()
  loads[0]?.reject(new Error('no database'))
  await told
  expect(errors).toHaveLength(1)
})

/** Lets everything run that waits for nothing but promises. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

function setup() {
  const loads: { resolve: (value: string) => void; reject: (error: Error) => void }[] = []
  const values: string[] = []
  const errors: unknown[] = []
  let now = 0
  const cell = revalidated<string>({
    load: () => new Promise((resolve, reject) => void loads.push({ resolve, reject })),
    ttlMs: 30_000,
    now: () => now,
    onLoaded: (value) => void values.push(value),
    onError: (error) => void errors.push(error),
  })
  const advance = (ms: number): void => {
    now += ms
  }
  return { cell, loads, values, errors, advance }
}
