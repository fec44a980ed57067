import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { localSecrets } from './secrets.ts'

test('are made once, kept, and readable by nobody else', () => {
  const file = setup()
  const first = localSecrets(file)
  expect(first.sessionSecret).toHaveLength(64)
  expect(localSecrets(file)).toEqual(first)
  expect(statSync(file).mode & 0o077).toBe(0)
})

test('differ between machines', () => {
  expect(localSecrets(setup())).not.toEqual(localSecrets(setup()))
})

test('a secret that a newer version needs is added to the old ones', () => {
  const file = setup()
  const { stripeWebhookSecret: _new, ...old } = localSecrets(file)
  writeFileSync(file, JSON.stringify(old))
  expect(localSecrets(file)).toMatchObject(old)
  expect(JSON.parse(readFileSync(file, 'utf8')).stripeWebhookSecret).toMatch(/^whsec_/)
})

function setup(): string {
  return join(mkdtempSync(join(tmpdir(), 'berth-secrets-')), 'data', 'secrets.json')
}
