import { fitsOnALine, isEnvName } from '@berth/contract/pod-environment'
import { ProviderError } from './provider-error.ts'

interface EnvironmentFileParts {
  provider: string
  env: Readonly<Record<string, string>>
}

/**
 * The lines of `/etc/environment` that hand this environment to whoever logs in to a virtual machine; empty for none.
 * Throws `invalid_request` for a value that such a machine can not carry.
 */
export function environmentFileOf({ provider, env }: EnvironmentFileParts): string {
  const assignments = Object.entries(env).map(([name, value]) => {
    if (isEnvName(name) && fitsOnALine(value)) return `${name}=${value}\n`
    const words = `the environment variable ${name} can not be given to a virtual machine: its name must be letters, digits and underscores, its value one line without a # or a quote in front`
    throw new ProviderError({ provider, kind: 'invalid_request', words })
  })
  return assignments.join('')
}
