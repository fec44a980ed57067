import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { expect, test } from 'vitest'
import { findOnPath } from './find-on-path.ts'

test('finds the program in the first directory that has it', () => {
  const { first, second, path } = setup()
  program(join(second, 'temporal'))
  expect(findOnPath(['temporal'], path)).toBe(join(second, 'temporal'))
  program(join(first, 'temporal'))
  expect(findOnPath(['temporal'], path)).toBe(join(first, 'temporal'))
})

test('prefers an earlier name wherever it lies', () => {
  const { first, second, path } = setup()
  program(join(first, 'google-chrome'))
  program(join(second, 'chromium'))
  expect(findOnPath(['chromium', 'google-chrome'], path)).toBe(join(second, 'chromium'))
})

test('neither a plain file nor a folder is a program', () => {
  const { first, second, path } = setup()
  writeFileSync(join(first, 'temporal'), '')
  chmodSync(join(first, 'temporal'), 0o644)
  mkdirSync(join(second, 'temporal'))
  expect(findOnPath(['temporal'], path)).toBeUndefined()
})

test('an empty or missing PATH holds nothing, not the current folder', () => {
  expect(findOnPath(['package.json'], '')).toBeUndefined()
  expect(findOnPath(['package.json'], undefined)).toBeUndefined()
})

function program(path: string): void {
  writeFileSync(path, '#!/bin/sh\n', { mode: 0o755 })
}

function setup(): { first: string; second: string; path: string } {
  const folder = mkdtempSync(join(tmpdir(), 'berth-path-'))
  const [first, second] = [join(folder, 'first'), join(folder, 'second')]
  mkdirSync(first)
  mkdirSync(second)
  return { first, second, path: [first, second].join(delimiter) }
}
