import { isId } from '@berth/contract/ids'
import { expect, it } from 'vitest'
import { describeUserAgent } from './describe-user-agent.ts'
import { sessionIdOf } from './session-id.ts'
import { shortenAddress } from './shorten-address.ts'

const WEBKIT = 'AppleWebKit/537.36 (KHTML, like Gecko)'

it.for([
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox', 'Linux'],
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/143.0.0.0 Safari/537.36`, 'Chrome', 'Windows'],
  [`Mozilla/5.0 (Windows NT 10.0) ${WEBKIT} Chrome/143.0.0.0 Safari/537.36 Edg/143.0.0.0`, 'Edge', 'Windows'],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15',
    'Safari',
    'macOS',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/143.0 Mobile/15E148 Safari/604.1',
    'Chrome',
    'iPhone',
  ],
  [`Mozilla/5.0 (Linux; Android 16) ${WEBKIT} Chrome/143.0.0.0 Mobile Safari/537.36`, 'Chrome', 'Android'],
  ['something/1.0', null, null],
  [null, null, null],
] as const)('%s is %s on %s', ([userAgent, browser, system]) => {
  expect(describeUserAgent(userAgent)).toEqual({ browser, system })
})

it.for([
  ['203.0.113.77', '203.0.113.*'],
  ['::ffff:203.0.113.77', '203.0.113.*'],
  ['2001:db8:7:1:aaaa:bbbb:cccc:dddd', '2001:db8:7:*'],
  ['2001:db8::1', '2001:db8:0:*'],
  ['2001::a:b:c:d:e:f', '2001:0:a:*'],
  ['::1', '0:0:0:*'],
  ['not an address', null],
  [undefined, null],
] as const)('of the address %s no more than %s is kept', ([address, kept]) => {
  expect(shortenAddress(address)).toBe(kept)
})

it('a session is named by an id that does not give its cookie away', () => {
  const id = sessionIdOf('a-secret-sid')
  expect(isId('session', id)).toBe(true)
  expect(id).toBe(sessionIdOf('a-secret-sid'))
  expect(id).not.toBe(sessionIdOf('another-sid'))
})
