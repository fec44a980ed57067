import { join } from 'node:path'
import { startPostgres } from '../postgres/cluster.ts'
import { provisionDatabase } from '../postgres/provision-database.ts'
import { migrate } from '@berth/entities/migrate'
import { localDatabase } from '../addresses.ts'
import type { Part } from '../part.ts'
import type { Stack } from '../stack.ts'

/** PostgreSQL with its data in the data folder, unless the person brought a server of their own. */
export function postgresPart({ settings, secrets, addresses, logFile }: Stack): Part {
  return {
    name: 'PostgreSQL',
    needs: [],
    start: async ({ progress, onChild }) => {
      if (settings.env.DATABASE_OWNER_URL) {
        progress('migrating')
        await migrate({ url: addresses.ownerUrl })
        return { detail: `yours, ${new URL(addresses.ownerUrl).host}, migrated` }
      }
      progress('starting')
      const cluster = await startPostgres({
        dataDir: join(settings.dataDir, 'postgres'),
        port: settings.ports.postgres,
        password: secrets.postgresPassword,
        logFile: logFile('postgres'),
        onChild,
      })
      try {
        progress('migrating')
        await provisionDatabase({ cluster, database: localDatabase, password: secrets.postgresPassword })
      } catch (error) {
        await cluster.stop()
        throw error
      }
      return { detail: `18, port ${cluster.port}, migrated`, child: cluster.child, stop: cluster.stop }
    },
  }
}
