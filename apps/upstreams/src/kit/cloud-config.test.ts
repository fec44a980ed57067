import { describe, expect, it } from 'vitest'
import { readCloudConfig } from './cloud-config.ts'

describe('cloud-init on an emulated machine', () => {
  it('lets the keys in and puts the environment where sshd finds it', () => {
    const files = [
      { path: '/etc/environment', append: true, content: 'A=1\nB="two words"\nC=x # remark\n\nnonsense\n' },
      { path: '/etc/motd', content: 'D=4' },
    ]
    expect(
      readCloudConfig(
        `#cloud-config\n${JSON.stringify({ ssh_authorized_keys: ['k1', 'k2'], write_files: files, packages: ['git'] })}`,
      ),
    ).toEqual({ ok: true, authorizedKeys: ['k1', 'k2'], env: { A: '1', B: 'two words', C: 'x' } })
  })

  it('does nothing without user data', () => {
    expect(readCloudConfig(undefined)).toEqual({ ok: true, authorizedKeys: [], env: {} })
  })

  it.each([
    '{"ssh_authorized_keys":["k"]}',
    '#cloud-config\nnot json',
    '#cloud-config\n{"write_files":[{}]}',
  ])('says that it can not read %j', (userData) => {
    expect(readCloudConfig(userData)).toMatchObject({ ok: false, reason: expect.any(String) })
  })
})
