import type { StackAddresses } from './addresses.ts'
import type { StackEnvironments } from './environments.ts'
import type { LocalSecrets } from './secrets.ts'
import type { StackSettings } from './settings.ts'

/** What the parts of one stack share. */
export interface Stack {
  settings: StackSettings
  secrets: LocalSecrets
  addresses: StackAddresses
  environments: StackEnvironments
  dockerReachable: boolean
  /** Where a part's process writes: `<data>/logs/<part>.log`. */
  logFile: (part: string) => string
}
