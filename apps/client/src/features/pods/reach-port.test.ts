import { describe, expect, it } from 'vitest'
import { aRental } from '../../shared/testing/examples.ts'
import { reachPort } from './reach-port.ts'

const rental = aRental({
  ssh: { host: '203.0.113.7', port: 2222, user: 'root', command: 'ssh -p 2222 root@203.0.113.7' },
})
const at = (host: string, port: number) => ({ host, port })

describe('a port of a pod', () => {
  it('is a link where people serve pages, and an address elsewhere', () => {
    expect(reachPort(rental, { port: 8888, address: at('203.0.113.7', 41_000) })).toEqual({
      way: 'address',
      text: '203.0.113.7:41000',
      href: 'http://203.0.113.7:41000',
    })
    expect(reachPort(rental, { port: 8443, address: at('h', 1) })?.href).toBe('https://h:1')
    expect(reachPort(rental, { port: 5432, address: at('2001:db8::1', 5432) })).toEqual({
      way: 'address',
      text: '[2001:db8::1]:5432',
      href: null,
    })
  })

  it('is a tunnel where nothing leads to it but SSH', () => {
    expect(reachPort(rental, { port: 8888, address: null })).toEqual({
      way: 'tunnel',
      text: 'ssh -N -L 8888:localhost:8888 -p 2222 root@203.0.113.7',
      href: null,
    })
  })

  it('leads nowhere while the pod does not run', () => {
    expect(reachPort({ ...rental, phase: 'stopping' }, { port: 80, address: null })).toBeNull()
  })
})
