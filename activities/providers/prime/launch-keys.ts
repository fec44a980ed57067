import type { ReportOddity } from '../http/status-words.ts'
import { parseMarker } from '../marker.ts'
import { ProviderError } from '../provider-error.ts'
import type { PrimeApi } from './api.ts'

interface LaunchKeysDeps {
  provider: string
  api: PrimeApi
  /** Markers of pods that live and may still read their key. */
  livingMarkers: (signal: AbortSignal) => Promise<Set<string>>
  report: ReportOddity
  nowMs?: () => number
}

/** A launch between its key and its pod is over by then. */
const LAUNCH_IS_OVER_MS = 15 * 60_000

/**
 * The one way a key gets into a pod is the account's registry, and a pod names one. So each launch registers its renter's
 * keys as one entry of its own, an authorized_keys text under the launch's marker, which is removed when the pod ends.
 */
export function createLaunchKeys(deps: LaunchKeysDeps) {
  const { provider, api, livingMarkers, report, nowMs = Date.now } = deps

  /** Keys left behind harm nobody, so they keep no pod from being ended; the operator hears of them. */
  async function tidily(marker: string, tidy: () => Promise<void>): Promise<void> {
    try {
      await tidy()
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error
      report({ provider, what: 'ssh key left behind', word: `${marker}: ${error.words}` })
    }
  }

  return {
    /** Registers the keys and answers the id to launch with. */
    register: (marker: string, sshPublicKeys: readonly string[], signal: AbortSignal): Promise<string> =>
      api.addSshKey({ name: marker, publicKey: sshPublicKeys.join('\n') }, signal),
    /** Removes the keys of this launch, which has ended or made no pod, and those of any other that is long over and has no pod. */
    sweep: (ended: string | null, signal: AbortSignal): Promise<void> =>
      tidily(ended ?? 'any', async () => {
        const ours = (await api.sshKeys(signal)).filter(({ name }) => parseMarker(name) !== null)
        if (ours.length === 0) return
        const living = await livingMarkers(signal)
        const isOver = (createdAt: string | null | undefined): boolean =>
          nowMs() - Date.parse(createdAt ?? '') > LAUNCH_IS_OVER_MS
        const idle = ours.filter(
          ({ name, createdAt }) => name === ended || (!living.has(name) && isOver(createdAt)),
        )
        for (const { id } of idle) await api.deleteSshKey(id, signal)
      }),
  }
}
