import { z } from 'zod'

/** The parts of a cloud-config that change who may enter an emulated machine and what its programs see. */
const cloudConfigSchema = z.object({
  ssh_authorized_keys: z.array(z.string()).default([]),
  write_files: z.array(z.object({ path: z.string(), content: z.string() })).default([]),
})

export type CloudConfig =
  | { readonly ok: true; readonly authorizedKeys: readonly string[]; readonly env: Record<string, string> }
  | { readonly ok: false; readonly reason: string }

const HEADER = /^#cloud-config\s*\n/

/**
 * What cloud-init makes of user data on an emulated machine. It reads cloud-config in its JSON form, which is YAML too;
 * on a real machine bad user data boots all the same and changes nothing, so the caller decides what a refusal means.
 */
export function readCloudConfig(userData: string | undefined): CloudConfig {
  if (userData === undefined || userData === '') return { ok: true, authorizedKeys: [], env: {} }
  if (!HEADER.test(userData)) return { ok: false, reason: 'user data without the #cloud-config header' }
  const config = cloudConfigSchema.safeParse(jsonOf(userData.replace(HEADER, '')))
  if (!config.success) return { ok: false, reason: z.prettifyError(config.error) }
  const { ssh_authorized_keys: authorizedKeys, write_files: files } = config.data
  const environment = files.filter(({ path }) => path === '/etc/environment').map(({ content }) => content)
  return { ok: true, authorizedKeys, env: parseEnvironment(environment.join('\n')) }
}

/** `/etc/environment` as pam_env reads it: one NAME=value a line, a # cuts the rest, outer quotes fall away. */
export function parseEnvironment(text: string): Record<string, string> {
  const assignments = text
    .split('\n')
    .map((line) => /^\s*(?:export )?(\w+)=([^#]*)/.exec(line))
    .filter((match) => match !== null)
  return Object.fromEntries(
    assignments.map(([, name = '', value = '']) => [name, value.trimEnd().replace(/^["'](.*)["']$/, '$1')]),
  )
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Why: the schema then says that this is no cloud-config it can read.
    return undefined
  }
}
