import type { EmulatedCloud } from '../emulated-cloud.ts'
import { digitalocean } from './digitalocean.ts'
import { hyperstack } from './hyperstack.ts'
import { lambda } from './lambda.ts'
import { prime } from './prime.ts'
import { runpod } from './runpod.ts'
import { shadeform } from './shadeform.ts'
import { tensordock } from './tensordock.ts'
import { vast } from './vast.ts'
import { verda } from './verda.ts'
import type { CloudEntry } from './entry.ts'

/** Every emulated cloud with an adapter in the registry: a new one is a file here and a line. */
export const CLOUDS: readonly CloudEntry[] = [
  runpod,
  lambda,
  vast,
  verda,
  digitalocean,
  hyperstack,
  tensordock,
  shadeform,
  prime,
]

/** Starts these clouds (all that there are where none is named); throws where one is not known. */
export function startClouds(names: readonly string[]): Promise<EmulatedCloud[]> {
  const wanted = names.length === 0 ? CLOUDS.map(({ name }) => name) : names
  const entries = wanted.map((name) => {
    const entry = CLOUDS.find((cloud) => cloud.name === name)
    if (entry) return entry
    const known = CLOUDS.map((cloud) => cloud.name).join(', ')
    throw new Error(`There is no emulated cloud ${name}. There are: ${known}.`)
  })
  return Promise.all(entries.map((entry) => entry.start()))
}
