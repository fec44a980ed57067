import {
  ENV_COMPLAINTS,
  ENV_FLAW_SENTENCES,
  envValueFlaw,
  type EnvValues,
} from '@berth/contract/pod-environment'
import { problem } from '../../http/problem.ts'

/** Throws `invalid_request` for a value that this provider could not hand to a pod, before anything is launched there. */
export function refuseEnvironment(
  env: Readonly<Record<string, string>>,
  { environment, providerName }: { environment: EnvValues; providerName: string },
): void {
  const errors = Object.entries(env).flatMap(([name, value]) => {
    const flaw = envValueFlaw(value, environment)
    return flaw === null
      ? []
      : [{ pointer: `/env/${name}`, detail: ENV_FLAW_SENTENCES[flaw], code: ENV_COMPLAINTS[flaw] }]
  })
  if (errors.length === 0) return
  const names = errors.map(({ pointer }) => pointer.slice('/env/'.length)).join(', ')
  const detail = `${providerName} cannot hand ${names} to a pod: ${errors[0]?.detail ?? ''} Nothing was charged.`
  throw problem('invalid_request', detail, { errors })
}
