import { newId } from '@berth/contract/ids'
import type { SshKey } from '@berth/contract/schemas/account'
import type { MockGroup } from '../mock-handlers.ts'
import { refuse } from '../world/refuse.ts'
import { isoAt, type World } from '../world/world.ts'

const PUBLIC_KEY = /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp256|ssh-dss) ([A-Za-z0-9+/=]+)/
/** An RSA key of 2048 bits is about 370 characters in base64. */
const SHORTEST_RSA = 360

export const sshKeyHandlers: MockGroup<'sshKeys'> = {
  list: ({ world }) => ({ items: [...world.state.sshKeys].reverse() }),
  create: ({ world, body }) => {
    const [line, type = '', blob = ''] = PUBLIC_KEY.exec(body.publicKey.trim()) ?? []
    if (line === undefined) {
      throw atKey(
        'invalid_ssh_key',
        'key_type',
        'This is not a public SSH key. It begins like "ssh-ed25519 AAAA…".',
      )
    }
    if (type === 'ssh-dss' || (type === 'ssh-rsa' && blob.length < SHORTEST_RSA)) {
      throw atKey(
        'weak_ssh_key',
        type === 'ssh-dss' ? 'dsa_key' : 'rsa_key_bits',
        'DSA keys and RSA keys under 3072 bits are not accepted. Make an Ed25519 key.',
      )
    }
    const same = world.state.sshKeys.find(({ publicKey }) => publicKey.startsWith(line))
    if (same) {
      throw refuse('duplicate_key', `You have this key already, as "${same.name}". Nothing was changed.`)
    }
    const key: SshKey = {
      id: newId('sshKey', world.nowMs()),
      name: body.name,
      type,
      fingerprint: `SHA256:${blob.slice(-43).padStart(43, 'A')}`,
      publicKey: line,
      createdAt: isoAt(world.nowMs()),
    }
    world.state.sshKeys.push(key)
    return key
  },
  rename: ({ world, params, body }) => Object.assign(find(world, params.id), { name: body.name }),
  remove: ({ world, params }) => {
    world.state.sshKeys.splice(world.state.sshKeys.indexOf(find(world, params.id)), 1)
    return undefined
  },
}

function find({ state }: World, id: string): SshKey {
  const key = state.sshKeys.find((each) => each.id === id)
  if (!key) throw refuse('not_found', 'There is no such SSH key among yours.')
  return key
}

const atKey = (
  problem: 'invalid_ssh_key' | 'weak_ssh_key',
  code: 'key_type' | 'dsa_key' | 'rsa_key_bits',
  detail: string,
) => refuse(problem, detail, { errors: [{ pointer: '/publicKey', detail, code, limit: 3072 }] })
