import {
  ENV_LIMITS,
  envNameFlaw,
  envValueFlaw,
  isEnvTooLarge,
  MAX_PORTS,
  SSH_PORT,
  type EnvFlaw,
  type EnvValues,
} from '@berth/contract/pod-environment'
import type { LaunchTemplate } from '@berth/contract/launch-templates'

/** One line of the editor, as typed. */
export interface EnvRow {
  name: string
  value: string
}
export type EnvProblem = EnvFlaw | 'duplicate' | 'too_many' | 'too_large'

/** Rows without a value are not sent: a template names what it can be told, and nobody has to. */
export const envOf = (rows: readonly EnvRow[]): Record<string, string> =>
  Object.fromEntries(
    rows.filter(({ value }) => value !== '').map(({ name, value }) => [name.trim(), value] as const),
  )

/** What is wrong with one row among all, null where nothing is. */
export function rowProblem(rows: readonly EnvRow[], index: number, values: EnvValues): EnvProblem | null {
  const row = rows[index]
  if (!row || row.value === '') return null
  const name = row.name.trim()
  const twice = rows.some((other, at) => at < index && other.value !== '' && other.name.trim() === name)
  return envNameFlaw(name) ?? envValueFlaw(row.value, values) ?? (twice ? 'duplicate' : null)
}

/** The first thing wrong with the environment. */
export function envProblem(rows: readonly EnvRow[], values: EnvValues): EnvProblem | null {
  for (const index of rows.keys()) {
    const problem = rowProblem(rows, index, values)
    if (problem !== null) return problem
  }
  const env = envOf(rows)
  if (Object.keys(env).length > ENV_LIMITS.variables) return 'too_many'
  return isEnvTooLarge(env) ? 'too_large' : null
}

const ASSIGNMENT = /^\s*(?:export\s+)?([^\s=#][^=]*?)\s*=\s*(.*?)\s*$/

/** The assignments of a `.env` file; comments and what is no assignment are left out. */
export const parseDotEnv = (text: string): EnvRow[] =>
  text.split(/\r?\n/).flatMap((line) => {
    const [, name, raw = ''] = ASSIGNMENT.exec(line) ?? []
    return name === undefined ? [] : [{ name, value: unquoted(raw) }]
  })

function unquoted(raw: string): string {
  const quoted = /^(["'])(.*?)\1(?:\s+#.*)?$/.exec(raw)
  if (quoted) return quoted[2] ?? ''
  return raw.replace(/\s+#.*$/, '')
}

/** The rows with these added: a name that is there already gets the new value, and rows left empty go. */
export function withRows(rows: readonly EnvRow[], added: readonly EnvRow[]): EnvRow[] {
  const byName = new Map(rows.filter(({ name }) => name !== '').map((row) => [row.name, row]))
  for (const row of added) byName.set(row.name, { ...row })
  return [...byName.values()]
}

/** Ports as typed, "8888, 8000"; null where that is no list of ports. */
export function parsePorts(text: string): number[] | null {
  const words = text.split(/[\s,]+/).filter(Boolean)
  const ports = [...new Set(words.map(Number))]
  const good = ports.every((port) => Number.isInteger(port) && port > 0 && port < 65_536 && port !== SSH_PORT)
  return good && ports.length <= MAX_PORTS ? ports : null
}

interface Prepared {
  env: EnvRow[]
  ports: string
}

/** The form after another template was picked: what the last one proposed goes, what the person typed stays. */
export function withTemplate(
  { env, ports }: Prepared,
  { from, to }: { from: LaunchTemplate | null; to: LaunchTemplate | null },
): Prepared {
  const proposed = (row: EnvRow): boolean =>
    from?.env.some(({ name, value }) => name === row.name && value === row.value) ?? false
  const own = env.filter((row) => !proposed(row))
  const fresh = (to?.env ?? []).filter(({ name }) => !own.some((row) => row.name === name))
  const typed = parsePorts(ports)
  const keptPorts = typed?.filter((port) => !from?.ports.includes(port))
  return {
    env: [...fresh.map((row) => ({ ...row })), ...own],
    ports: keptPorts ? [...new Set([...(to?.ports ?? []), ...keptPorts])].join(', ') : ports,
  }
}
