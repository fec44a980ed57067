import { invariant } from '@berth/contract/errors'
import { PodEnvironmentEntity } from '@berth/entities/pod-environment'
import type { Rental } from '@berth/entities/rental'
import { openSecret } from '@berth/entities/seal-secret'
import type { EntityManager } from 'typeorm'

type Environment = Record<string, string>

/** The variables a pod is launched with, opened. They go to the provider and nowhere else. */
export async function readPodEnvironment(
  manager: EntityManager,
  { id, envNames }: Pick<Rental, 'id' | 'envNames'>,
  keys: readonly string[],
): Promise<Environment> {
  if (envNames.length === 0) return {}
  const stored = await manager.findOneBy(PodEnvironmentEntity, { rentalId: id })
  invariant(stored, `the environment of ${id} was erased although it is still being launched`)
  return JSON.parse(openSecret(stored.sealed, { keys, label: id })) as Environment
}

/** Shorter values are no secrets, and blotting them out would make words unreadable. */
const SHORTEST_SECRET = 6

/** A provider's words without the renter's values, should it repeat what it was sent: they go into timelines and payloads. */
export const withoutValues = (words: string, env: Readonly<Environment>): string =>
  Object.values(env)
    .filter((value) => value.length >= SHORTEST_SECRET)
    .toSorted((a, b) => b.length - a.length)
    .reduce((text, value) => text.replaceAll(value, '[redacted]'), words)
