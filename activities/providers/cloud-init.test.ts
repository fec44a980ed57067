import { describe, expect, it } from 'vitest'
import { createUserData } from './cloud-init.ts'
import { sshAddressOf } from './ssh-address.ts'

const make = (env: Record<string, string>) =>
  createUserData({
    provider: 'p',
    sshPublicKeys: ['ssh-ed25519 A "quoted": comment', 'ssh-ed25519 B b'],
    env,
  })

const configOf = (userData: string): unknown => JSON.parse(userData.replace('#cloud-config\n', ''))

describe('user data for a virtual machine', () => {
  it('lets every key in, whatever its comment says, and writes nothing where there is no environment', () => {
    expect(make({})).toMatch(/^#cloud-config\n\{/)
    expect(configOf(make({}))).toEqual({
      ssh_authorized_keys: ['ssh-ed25519 A "quoted": comment', 'ssh-ed25519 B b'],
    })
  })

  it('hands the environment over', () => {
    expect(configOf(make({ A: '=1', B_2: 'two "words"' }))).toMatchObject({
      write_files: [{ path: '/etc/environment', append: true, content: 'A==1\nB_2=two "words"\n' }],
    })
  })

  it.each([
    ['A', 'x\ny'],
    ['A', 'x # y'],
    ['A', '"x'],
    ['A', 'x\\'],
    ['A B', 'x'],
    ['1A', 'x'],
  ])('refuses %j=%j rather than losing a part of it', (name, value) => {
    expect(() => make({ [name]: value })).toThrow(expect.objectContaining({ kind: 'invalid_request' }))
  })
})

describe('the SSH address of a machine', () => {
  it.each([
    ['198.51.100.2', { host: '198.51.100.2', port: 22 }],
    [' 198.51.100.2 ', { host: '198.51.100.2', port: 22 }],
    ['gate.example:40022', { host: 'gate.example', port: 40_022 }],
    ['2001:db8::1', { host: '2001:db8::1', port: 22 }],
    ['[2001:db8::1]:2222', { host: '2001:db8::1', port: 2222 }],
  ])('%s', (address, expected) => {
    expect(sshAddressOf(address, 'ubuntu')).toEqual({ ...expected, user: 'ubuntu' })
  })

  it('is none before there is one', () => {
    expect([sshAddressOf('', 'root'), sshAddressOf(null, 'root'), sshAddressOf(undefined, 'root')]).toEqual([
      null,
      null,
      null,
    ])
  })
})
