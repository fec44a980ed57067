import { ProviderError } from './provider-error.ts'

interface UserDataParts {
  provider: string
  sshPublicKeys: readonly string[]
  env: Readonly<Record<string, string>>
  /** Further cloud-config that this provider's images need. */
  settings?: Readonly<Record<string, unknown>>
}

/** `/etc/environment` knows no escapes: a # cuts the value off, and a line ends where it ends. */
const UNWRITABLE = /[\n\r#]|^["']|\\$/

/**
 * User data for a virtual machine: lets these keys in as its default user and hands the environment to whoever logs in.
 * The safest way to bring a renter's keys, since it touches one machine and nothing of the account. It is cloud-config in
 * JSON, which is YAML too, so no value can break out of its place. Throws `invalid_request` for an environment value that
 * such a machine can not carry.
 */
export function createUserData({ provider, sshPublicKeys, env, settings = {} }: UserDataParts): string {
  const assignments = Object.entries(env).map(([name, value]) => {
    if (/^[A-Za-z_]\w*$/.test(name) && !UNWRITABLE.test(value)) return `${name}=${value}\n`
    const words = `the environment variable ${name} can not be given to a virtual machine: its name must be letters, digits and underscores, its value one line without a # or a quote in front`
    throw new ProviderError({ provider, kind: 'invalid_request', words })
  })
  const environment = { path: '/etc/environment', append: true, content: assignments.join('') }
  return `#cloud-config\n${JSON.stringify({
    ...settings,
    ssh_authorized_keys: sshPublicKeys,
    ...(assignments.length > 0 && { write_files: [environment] }),
  })}\n`
}
