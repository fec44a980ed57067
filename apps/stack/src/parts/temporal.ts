import { join } from 'node:path'
import type { Part } from '../part.ts'
import type { Stack } from '../stack.ts'
import { startDevServer } from '../temporal/dev-server.ts'
import { registerSearchAttributesAt } from '../temporal/register-search-attributes.ts'
import { resolveTemporal } from '../temporal/resolve-temporal.ts'

/** Temporal's development server with its Web UI, or the server `TEMPORAL_ADDRESS` names. */
export function temporalPart({ settings, addresses, logFile }: Stack): Part {
  return {
    name: 'Temporal',
    needs: [],
    start: async ({ progress, signal, onChild }) => {
      const source = await resolveTemporal({ env: settings.env, onProgress: progress, signal })
      if (source.kind === 'server') {
        progress('registering search attributes')
        await registerSearchAttributesAt({ address: source.address, namespace: addresses.temporalNamespace })
        return { detail: `yours, ${source.address}` }
      }
      progress('starting')
      const child = await startDevServer({
        program: source.path,
        port: settings.ports.temporal,
        webPort: settings.ports.temporalWeb,
        databaseFile: join(settings.dataDir, 'temporal', 'temporal.db'),
        namespace: addresses.temporalNamespace,
        logFile: logFile('temporal'),
        signal,
        onChild,
      })
      const detail = `from ${source.from}, port ${settings.ports.temporal}, web ${settings.ports.temporalWeb}`
      return { detail, child, stop: async () => void (await child.stop()) }
    },
  }
}
