import { z } from 'zod'
import { complaint } from '../field-complaints.ts'
import {
  ENV_COMPLAINTS,
  ENV_FLAW_SENTENCES,
  ENV_LIMITS,
  envNameFlaw,
  envValueFlaw,
  isEnvTooLarge,
  MAX_PORTS,
  SSH_PORT,
} from '../pod-environment.ts'

/** Name to value. Values may be secrets: they are sealed until the pod runs and erased then, and never told again. */
export const envSchema = z
  .record(z.string(), z.string())
  .superRefine((env, context) => {
    const complain = (words: ReturnType<typeof complaint>, path: string[] = []) =>
      context.addIssue({ code: 'custom', ...words, path })
    for (const [name, value] of Object.entries(env)) {
      const flaw = envNameFlaw(name) ?? envValueFlaw(value)
      if (flaw !== null) complain(complaint(ENV_COMPLAINTS[flaw], ENV_FLAW_SENTENCES[flaw]), [name])
    }
    if (Object.keys(env).length > ENV_LIMITS.variables) {
      complain(
        complaint('too_many', `A pod takes ${ENV_LIMITS.variables} variables at most.`, ENV_LIMITS.variables),
      )
    } else if (isEnvTooLarge(env)) {
      const most = `All variables together have ${ENV_LIMITS.totalLength} characters at most.`
      complain(complaint('too_long', most, ENV_LIMITS.totalLength))
    }
  })
  .meta({ description: 'Environment variables of the pod. Write-only: a rental shows their names alone.' })

const port = z.int().min(1).max(65_535)

/** TCP ports that the renter wants to reach, besides SSH. */
export const portsSchema = z
  .array(
    port.refine(
      (number) => number !== SSH_PORT,
      complaint('reserved', 'Port 22 is SSH, which is open anyway.'),
    ),
  )
  .max(MAX_PORTS, `A pod takes ${MAX_PORTS} ports at most.`)
  .refine((ports) => new Set(ports).size === ports.length, complaint('repeated', 'Name each port once.'))
  .meta({
    description:
      'TCP ports to reach besides 22. What an offer can do with them is in its terms: published, open or by SSH tunnel.',
  })

export const reachablePortSchema = z
  .object({
    /** Inside the pod. */
    port: z.int(),
    /** Where it answers from outside; null until the pod runs, and where only an SSH tunnel leads to it. */
    address: z.object({ host: z.string(), port: z.int() }).nullable(),
  })
  .meta({ id: 'ReachablePort' })
