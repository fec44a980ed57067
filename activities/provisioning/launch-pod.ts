import { LaunchAttemptEntity } from '@berth/entities/launch-attempt'
import type { DataSource } from 'typeorm'
import type { Provider } from '../providers/port.ts'
import { ProviderError } from '../providers/provider-error.ts'
import { findRental } from './find-rental.ts'
import { readPodEnvironment, withoutValues } from './pod-environment.ts'
import { providerOf } from './provider-of.ts'
import type { LaunchAnswer } from './types.ts'

interface Deps {
  dataSource: DataSource
  providers: ReadonlyMap<string, Provider>
  /** Our own key, added to the pod's so that what was sold can be compared with what is there; null = banner check only. */
  verificationPublicKey: string | null
  /** Open what the API sealed. */
  secretsKeys: readonly string[]
}

/**
 * Creates exactly one pod. Keys, image and environment are read here and travel straight to the provider: no payload of the
 * workflow ever holds them. What the provider refuses is an answer, not an error; anything unheard is `ambiguous`.
 */
export async function launchPod(deps: Deps, attemptId: string, signal: AbortSignal): Promise<LaunchAnswer> {
  const attempt = await deps.dataSource.manager.findOneByOrFail(LaunchAttemptEntity, { id: attemptId })
  const rental = await findRental(deps.dataSource.manager, attempt.rentalId)
  const provider = providerOf(deps.providers, attempt.account)
  const env = await readPodEnvironment(deps.dataSource.manager, rental, deps.secretsKeys)
  const ours = deps.verificationPublicKey === null ? [] : [deps.verificationPublicKey]
  try {
    const instance = await provider.launch(
      {
        marker: attempt.marker,
        offer: attempt.offer,
        sshPublicKeys: [...rental.sshPublicKeys, ...ours],
        image: rental.image,
        diskGib: rental.diskGib,
        env,
        ports: rental.ports,
      },
      signal,
    )
    return { ok: true, podId: instance.id }
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    return {
      ok: false,
      kind: error.kind,
      words: withoutValues(error.words, env),
      retryAfterMs: error.retryAfterMs,
    }
  }
}
