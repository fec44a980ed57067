import { environmentFileOf } from '../environment-file.ts'
import type { ReportOddity } from '../http/status-words.ts'
import { parseMarker } from '../marker.ts'
import type { LaunchRequest } from '../port.ts'
import { ProviderError } from '../provider-error.ts'
import type { VerdaApi, VerdaRegistry } from './api.ts'
import type { VerdaNamedEntry } from './schema.ts'

const REGISTRIES: VerdaRegistry[] = ['/ssh-keys', '/scripts']
/** An entry of ours that no instance needed for so long was left by a launch that nobody heard the end of. */
const ORPHAN_AGE_MS = 24 * 3_600_000

/** What an instance is created with, by the ids of the account's registries. */
export interface Registered {
  sshKeyIds: string[]
  startupScriptId: string | null
}

/**
 * Verda takes keys only from the account's registry and an environment only by a registered startup script. Both are
 * named by the marker, are used by one instance, and go with it.
 */
export interface Registrations {
  add(request: LaunchRequest, signal: AbortSignal): Promise<Registered>
  /** Removes what this marker registered, and orphans. Never throws: a public key left behind must not hold up an end. */
  remove(marker: string, signal: AbortSignal): Promise<void>
}

interface RegistrationsDeps {
  provider: string
  api: VerdaApi
  report: ReportOddity
}

export function createRegistrations({ provider, api, report }: RegistrationsDeps): Registrations {
  async function clear(marker: string, signal: AbortSignal): Promise<void> {
    const living = new Set((await api.instances(signal)).map(({ hostname }) => hostname))
    for (const registry of REGISTRIES) {
      const doomed = (await api.registered(registry, signal)).filter(
        (entry) => markerOf(entry) === marker || isOrphan(entry, living),
      )
      await Promise.all(doomed.map(({ id }) => api.unregister(registry, id, signal)))
    }
  }

  return {
    async add({ marker, sshPublicKeys, env }, signal) {
      const script = startupScriptOf(environmentFileOf({ provider, env }))
      const [startupScriptId, ...sshKeyIds] = await Promise.all([
        script === null ? null : api.register('/scripts', { name: `${marker}.env`, text: script }, signal),
        ...sshPublicKeys.map((text, index) =>
          api.register('/ssh-keys', { name: `${marker}.${index + 1}`, text }, signal),
        ),
      ])
      return { sshKeyIds: sshKeyIds.filter((id) => id !== null), startupScriptId }
    },
    async remove(marker, signal) {
      try {
        await clear(marker, signal)
      } catch (error) {
        if (!(error instanceof ProviderError)) throw error
        report({ provider, what: 'keys left in the account', word: `${marker}: ${error.words}` })
      }
    },
  }
}

const markerOf = ({ name }: VerdaNamedEntry): string => name.replace(/\.\w+$/, '')

function isOrphan(entry: VerdaNamedEntry, living: ReadonlySet<string>): boolean {
  const marker = markerOf(entry)
  const ageMs = Date.now() - Date.parse(entry.created_at)
  return parseMarker(marker) !== null && !living.has(marker) && ageMs > ORPHAN_AGE_MS
}

/** sshd reads `/etc/environment` for every session. The quoted end keeps the shell from expanding anything in between. */
function startupScriptOf(environment: string): string | null {
  if (environment === '') return null
  return `#!/bin/bash\ncat >> /etc/environment <<'BERTH_ENVIRONMENT'\n${environment}BERTH_ENVIRONMENT\n`
}
