import { expect, test } from 'vitest'
import { guardedLookup } from './guarded-lookup.ts'
import { isPublicAddress } from './public-address.ts'

test.for([
  '8.8.8.8',
  '1.1.1.1',
  '172.32.0.1',
  '100.128.0.1',
  '2606:4700:4700::1111',
  '2a00:1450:4001:800::200e',
])('%s is public', (address) => expect(isPublicAddress(address)).toBe(true))

test.for([
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:8.8.8.8',
  '64:ff9b::a9fe:a9fe',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'ff02::1',
  '2001:db8::1',
  '2002:7f00:1::',
])('%s is not', (address) => expect(isPublicAddress(address)).toBe(false))

test('a name that leads inside is refused where the connection is made', async () => {
  const error = await new Promise<Error | null>((resolve) =>
    guardedLookup('localhost', { all: true }, resolve),
  )
  expect(error?.message).toMatch(/localhost resolves to .*, which is not called/)
})
