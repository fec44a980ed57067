import type { Provider } from '../providers/port.ts'
import type { AbsenceAnswer } from './types.ts'

export interface PodRefInput {
  account: string
  marker: string
  /** Null where the create's answer was lost; the marker finds it. */
  podId: string | null
}

/** Orders the end of the pod and of everything else that carries its marker: a create repeated upstream leaves none behind. */
export async function terminatePod(
  provider: Provider,
  { marker, podId }: PodRefInput,
  signal: AbortSignal,
): Promise<void> {
  const marked = await provider.findByMarker(marker, signal)
  const ids = new Set([...(podId === null ? [] : [podId]), ...marked.map(({ id }) => id)])
  for (const id of ids) await provider.terminate(id, signal)
  if (marked.length === 0) await provider.forget?.(marker, signal)
}

/** Get and list must both say gone; a status word we do not know is never "gone". */
export async function proveAbsence(
  provider: Provider,
  { marker, podId }: PodRefInput,
  signal: AbortSignal,
): Promise<AbsenceAnswer> {
  const instance = podId === null ? null : await provider.describe(podId, signal)
  if (instance && instance.state !== 'gone') {
    return {
      gone: false,
      podIds: [instance.id],
      state: instance.state,
      words: `${instance.id} is ${instance.rawStatus}`,
    }
  }
  const listed = await provider.findByMarker(marker, signal)
  if (listed.length === 0) return { gone: true }
  const words = listed.map(({ id, rawStatus }) => `${id} is listed as ${rawStatus}`).join(', ')
  return { gone: false, podIds: listed.map(({ id }) => id), state: 'listed', words }
}
