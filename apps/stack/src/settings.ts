import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { projectPaths } from './project-paths.ts'

/** Where every part listens. Each has an environment variable of its own, named in `portVariables`. */
export interface StackPorts {
  dashboard: number
  api: number
  temporal: number
  temporalWeb: number
  workerHealth: number
  postgres: number
  upstreams: number
  /** Where caught mail is read, and where it is sent to. */
  mail: number
  smtp: number
}

export interface StackSettings {
  /** Database, Temporal's own store, logs and generated secrets. `--fresh` removes it. */
  dataDir: string
  ports: StackPorts
  /** The dashboard with hot reload instead of a production build. */
  dev: boolean
  fresh: boolean
  /** Everything else a person may set, handed through to the processes that read it. */
  env: NodeJS.ProcessEnv
}

export const portVariables: Record<keyof StackPorts, { variable: string; standard: number }> = {
  dashboard: { variable: 'DASHBOARD_PORT', standard: 4300 },
  api: { variable: 'API_PORT', standard: 4301 },
  workerHealth: { variable: 'WORKER_HEALTH_PORT', standard: 4302 },
  mail: { variable: 'MAIL_PORT', standard: 4303 },
  smtp: { variable: 'SMTP_PORT', standard: 4304 },
  temporal: { variable: 'TEMPORAL_PORT', standard: 4310 },
  temporalWeb: { variable: 'TEMPORAL_UI_PORT', standard: 4311 },
  postgres: { variable: 'POSTGRES_PORT', standard: 4320 },
  upstreams: { variable: 'UPSTREAMS_PORT', standard: 4330 },
}

const flags = ['--dev', '--fresh']

/** Reads flags, the environment and `.env` (the environment wins) once. Throws with what to change. */
export function readSettings(args: string[], env: NodeJS.ProcessEnv): StackSettings {
  const unknown = args.find((argument) => !flags.includes(argument))
  if (unknown !== undefined) throw new Error(`Unknown argument ${unknown}. Known: ${flags.join(', ')}.`)
  const ports = Object.fromEntries(
    Object.entries(portVariables).map(([part, { variable, standard }]) => [
      part,
      readPort(variable, env, standard),
    ]),
  ) as Record<keyof StackPorts, number>
  return {
    dataDir: env.BERTH_DATA_DIR ? resolve(env.BERTH_DATA_DIR) : projectPaths.data,
    ports,
    dev: args.includes('--dev'),
    fresh: args.includes('--fresh'),
    env,
  }
}

/** Puts what `.env` says into the environment, without overriding what is there. */
export function loadEnvFile(): void {
  const file = join(projectPaths.root, '.env')
  if (existsSync(file)) process.loadEnvFile(file)
}

function readPort(variable: string, env: NodeJS.ProcessEnv, standard: number): number {
  const text = env[variable]
  if (text === undefined || text === '') return standard
  const port = Number(text)
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port
  throw new Error(`${variable} is "${text}"; it must be a port number between 1 and 65535.`)
}
