import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { createTerminal } from './terminal.ts'

test('in a log each part is one plain line when it is over', () => {
  const { terminal, written } = setup()
  const database = terminal.begin('PostgreSQL')
  const api = terminal.begin('API')
  api.failed('exit code 1')
  database.done('18, port 4320')
  terminal.begin('Pods').skipped('no Docker engine')
  const lines = written().trimEnd().split('\n')
  expect(lines).toEqual([
    expect.stringMatching(/^ {2}✗ API +exit code 1 +0\.0 s$/),
    expect.stringMatching(/^ {2}✓ PostgreSQL +18, port 4320 +0\.0 s$/),
    expect.stringMatching(/^ {2}– Pods +no Docker engine +0\.0 s$/),
  ])
})

test('a long detail is cut, so that a line stays a line', () => {
  const { terminal, written } = setup()
  terminal.begin('Upstreams').done('x'.repeat(300))
  expect(written().trimEnd().length).toBeLessThan(100)
  expect(written()).toContain('…')
})

test('on a terminal the lines are redrawn in place', () => {
  const { terminal, written } = setup({ isTTY: true })
  terminal.begin('PostgreSQL').done('18')
  terminal.begin('API').done('port 4301')
  terminal.settle()
  expect(written()).toContain('\u001B[2A')
  expect(written().split('\n').at(-2)).toContain('API')
})

function setup({ isTTY = false } = {}) {
  const output = Object.assign(new PassThrough(), { isTTY, columns: 100 })
  const chunks: string[] = []
  output.on('data', (chunk: Buffer) => chunks.push(chunk.toString()))
  return { terminal: createTerminal(output as unknown as NodeJS.WriteStream), written: () => chunks.join('') }
}
