import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeOnce } from './make-once.ts'

test('makes a thing once although several ask for it at the same time', async () => {
  const { target } = setup()
  let made = 0
  const make = async (): Promise<void> => {
    made += 1
    await new Promise((resolve) => setTimeout(resolve, 50))
    writeFileSync(target, 'whole')
  }
  await Promise.all([makeOnce(target, make), makeOnce(target, make), makeOnce(target, make)])
  expect(made).toBe(1)
  expect(readFileSync(target, 'utf8')).toBe('whole')
  expect(existsSync(`${target}.lock`)).toBe(false)
})

test('a failure is told to the one who made it, and the next may try again', async () => {
  const { target } = setup()
  await expect(makeOnce(target, () => Promise.reject(new Error('no network')))).rejects.toThrow('no network')
  await makeOnce(target, async () => writeFileSync(target, 'second try'))
  expect(readFileSync(target, 'utf8')).toBe('second try')
})

test('a lock whose owner died does not hold anybody up', async () => {
  const { target } = setup()
  mkdirSync(`${target}.lock`, { recursive: true })
  writeFileSync(join(`${target}.lock`, 'pid'), '2147483646')
  await makeOnce(target, async () => writeFileSync(target, 'made'))
  expect(readFileSync(target, 'utf8')).toBe('made')
})

function setup(): { target: string } {
  return { target: join(mkdtempSync(join(tmpdir(), 'berth-once-')), 'deep', 'target') }
}
