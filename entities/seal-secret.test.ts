import { expect, test } from 'vitest'
import { openSecret, sealSecret } from './seal-secret.ts'

const [OLD, NEW] = ['old-key-old-key-old-key-old-key-', 'new-key-new-key-new-key-new-key-']

test('what was sealed opens again, and never seals to the same text twice', () => {
  const at = { keys: [NEW], label: 'whe_1' }
  expect(openSecret(sealSecret('whsec_abc', at), at)).toBe('whsec_abc')
  expect(sealSecret('whsec_abc', at)).not.toBe(sealSecret('whsec_abc', at))
  expect(sealSecret('whsec_abc', at)).not.toContain('whsec')
})

test('a replaced key still opens what it sealed; the new one seals', () => {
  const sealed = sealSecret('whsec_abc', { keys: [OLD], label: 'whe_1' })
  expect(openSecret(sealed, { keys: [NEW, OLD], label: 'whe_1' })).toBe('whsec_abc')
  expect(() => openSecret(sealed, { keys: [NEW], label: 'whe_1' })).toThrow(/SECRETS_KEY/)
})

test('sealed text does not open in another row, nor after a change', () => {
  const sealed = sealSecret('whsec_abc', { keys: [NEW], label: 'whe_1' })
  expect(() => openSecret(sealed, { keys: [NEW], label: 'whe_2' })).toThrow(/was sealed/)
  const bytes = Buffer.from(sealed, 'base64url')
  bytes[bytes.length - 1]! ^= 1
  expect(() => openSecret(bytes.toString('base64url'), { keys: [NEW], label: 'whe_1' })).toThrow(/was sealed/)
})
