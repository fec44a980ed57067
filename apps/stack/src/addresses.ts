import { databaseUrls, type DatabaseUrls } from './postgres/provision-database.ts'
import type { LocalSecrets } from './secrets.ts'
import type { StackSettings } from './settings.ts'

/** Where everything of one stack is; known before anything runs, because the settings fix every port. */
export interface StackAddresses extends DatabaseUrls {
  /** The origin a person opens; the API is under `/v1` of the same origin, so its cookie is first-party. */
  dashboard: string
  api: string
  workerHealth: string
  temporal: string
  temporalNamespace: string
  temporalWeb: string
  upstreamsControl: string
  mail: string
}

export const localDatabase = 'berth'

export function stackAddresses({ ports, env }: StackSettings, secrets: LocalSecrets): StackAddresses {
  const local = databaseUrls({
    port: ports.postgres,
    database: localDatabase,
    password: secrets.postgresPassword,
  })
  return {
    ownerUrl: env.DATABASE_OWNER_URL ?? local.ownerUrl,
    applicationUrl: env.DATABASE_URL ?? local.applicationUrl,
    dashboard: env.PUBLIC_URL ?? `http://localhost:${ports.dashboard}`,
    api: `http://127.0.0.1:${ports.api}`,
    workerHealth: `http://127.0.0.1:${ports.workerHealth}`,
    temporal: env.TEMPORAL_ADDRESS ?? `127.0.0.1:${ports.temporal}`,
    temporalNamespace: env.TEMPORAL_NAMESPACE ?? 'default',
    temporalWeb: env.TEMPORAL_UI_URL ?? `http://localhost:${ports.temporalWeb}`,
    upstreamsControl: `http://127.0.0.1:${ports.upstreams}`,
    mail: `http://localhost:${ports.mail}`,
  }
}
