import type { SshEndpoint } from './port.ts'

const SSH_PORT = 22

/**
 * Where SSH listens on a machine whose cloud tells an address and no port: 22, unless the address brings a port of its own,
 * as machines behind one gateway do. Null for an address that is none yet.
 */
export function sshAddressOf(address: string | null | undefined, user: string): SshEndpoint | null {
  const text = address?.trim() ?? ''
  const [, bracketed, plain, port] = /^(?:\[(.+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text) ?? []
  // Why: more than one colon and no brackets is an IPv6 address by itself.
  const host = bracketed ?? plain ?? text
  if (host === '') return null
  return { host, port: port === undefined ? SSH_PORT : Number(port), user }
}
