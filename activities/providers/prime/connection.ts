import type { SshEndpoint } from '../port.ts'
import type { PrimeConnection } from './schema.ts'

const SSH_PORT = 22

/** The first text of one, several or none; a pod of ours is one machine. */
export function firstOf(connection: PrimeConnection): string | null {
  const texts = Array.isArray(connection) ? connection : [connection]
  return texts.find((text) => typeof text === 'string' && text.trim() !== '')?.trim() ?? null
}

/** "root@135.23.125.123 -p 22", "ssh ubuntu@203.0.113.7", "ssh -p 40022 root@gpu.example.net"; null for none that reads. */
export function sshEndpointOf(connection: PrimeConnection): SshEndpoint | null {
  const words = firstOf(connection)?.split(/\s+/) ?? []
  const [, user, host] = words.map((word) => /^([^@\s]+)@([^@\s]+)$/.exec(word)).find(Boolean) ?? []
  if (user === undefined || host === undefined) return null
  const port = Number(words[words.indexOf('-p') + 1])
  return { host, port: words.includes('-p') && Number.isInteger(port) ? port : SSH_PORT, user }
}
