import { digitalocean } from './digitalocean/register.ts'
import { docker } from './docker/register.ts'
import type { ReportOddity } from './http/status-words.ts'
import { hyperstack } from './hyperstack/register.ts'
import { lambda } from './lambda/register.ts'
import type { Provider } from './port.ts'
import type { Registration } from './registration.ts'
import { prime } from './prime/register.ts'
import { runpod } from './runpod/register.ts'
import { scaleTimes } from './scale-times.ts'
import { shadeform } from './shadeform/register.ts'
import { tensordock } from './tensordock/register.ts'
import { vast } from './vast/register.ts'
import { verda } from './verda/register.ts'

/** Every upstream we can rent from: a new one is a folder and a line here. */
const registrations: Registration[] = [
  docker,
  runpod,
  lambda,
  vast,
  digitalocean,
  verda,
  hyperstack,
  shadeform,
  prime,
  tensordock,
]

/**
 * The adapters of all accounts this installation has, by account: one each, so that all callers of a process share its rate
 * limiter. Settings are read once; a wrong one stops the start.
 * `timeScale` times every time a provider is given, its limits on requests included; only emulated clouds live at
 * another pace than 1.
 */
export function createProviders(
  env: Readonly<Record<string, string | undefined>>,
  report: ReportOddity,
  timeScale = 1,
): Map<string, Provider> {
  const providers = registrations.flatMap(({ create }) => create(env, report, timeScale) ?? [])
  refuseSharedAccounts(providers)
  return new Map(providers.map((provider) => [provider.account, scaleTimes(provider, timeScale)]))
}

/** Why: one of the two would hide the other, and nobody could rent from it. */
function refuseSharedAccounts(providers: readonly Provider[]): void {
  const accounts = providers.map(({ account }) => account)
  const shared = accounts.find((account, index) => accounts.indexOf(account) !== index)
  if (shared !== undefined)
    throw new Error(`Two providers have the account ${shared}: give one of them an account of another name.`)
}
