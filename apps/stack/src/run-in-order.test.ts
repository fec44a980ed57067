import { expect, test } from 'vitest'
import { runInOrder } from './run-in-order.ts'

const steps = [
  { name: 'database', needs: [] },
  { name: 'workflows', needs: [] },
  { name: 'api', needs: ['database', 'workflows'] },
  { name: 'page', needs: [] },
]

test('a step begins when all it needs are done, and no later', async () => {
  const { log, run, signal } = setup()
  await runInOrder(steps, run, signal)
  expect(log.slice(0, 3)).toEqual(['+database', '+workflows', '+page'])
  expect(log.indexOf('+api')).toBeGreaterThan(log.indexOf('-database'))
  expect(log.indexOf('+api')).toBeGreaterThan(log.indexOf('-workflows'))
  expect(log).toContain('-api')
})

test('after a failure nothing new begins, and what is under way ends first', async () => {
  const { log, run, signal } = setup({ failing: 'database' })
  await expect(runInOrder(steps, run, signal)).rejects.toThrow('database is broken')
  expect(log).not.toContain('+api')
  expect(log).toContain('-workflows')
})

test('nothing begins once it is called off', async () => {
  const { log, run } = setup()
  await runInOrder(steps, run, AbortSignal.abort())
  expect(log).toEqual([])
})

test('a step that is listed before what it needs is a mistake in the list', async () => {
  const { run, signal } = setup()
  const wrong = [{ name: 'api', needs: ['database'] }]
  await expect(runInOrder(wrong, run, signal)).rejects.toThrow(
    'api needs database, which is not listed before it',
  )
})

function setup({ failing }: { failing?: string } = {}) {
  const log: string[] = []
  const run = async ({ name }: { name: string }): Promise<void> => {
    log.push(`+${name}`)
    if (name === failing) throw new Error(`${name} is broken`)
    await new Promise((resolve) => setTimeout(resolve, 5))
    log.push(`-${name}`)
  }
  return { log, run, signal: new AbortController().signal }
}
