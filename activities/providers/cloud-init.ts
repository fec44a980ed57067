import { environmentFileOf } from './environment-file.ts'

interface UserDataParts {
  provider: string
  sshPublicKeys: readonly string[]
  env: Readonly<Record<string, string>>
  /** Further cloud-config that this provider's images need. */
  settings?: Readonly<Record<string, unknown>>
}

/**
 * User data for a virtual machine: lets these keys in as its default user and hands the environment to whoever logs in.
 * The safest way to bring a renter's keys, since it touches one machine and nothing of the account. It is cloud-config in
 * JSON, which is YAML too, so no value can break out of its place. Throws `invalid_request` for an environment value that
 * such a machine can not carry.
 */
export function createUserData({ provider, sshPublicKeys, env, settings = {} }: UserDataParts): string {
  const content = environmentFileOf({ provider, env })
  return `#cloud-config\n${JSON.stringify({
    ...settings,
    ssh_authorized_keys: sshPublicKeys,
    ...(content !== '' && { write_files: [{ path: '/etc/environment', append: true, content }] }),
  })}\n`
}
