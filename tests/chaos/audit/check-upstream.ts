import type { UpstreamPod } from '../pods.ts'
import type { Evidence } from './evidence.ts'

/** By the clouds' own books: nothing lives on, and no rental ever had two pods at one instant, on whatever clouds. */
export function checkUpstream({ cases, leftovers }: Pick<Evidence, 'cases' | 'leftovers'>): string[] {
  const problems = cases.flatMap(({ rental, pods }) => [
    ...pods
      .filter(({ diedMs }) => diedMs === null)
      .map(({ cloud, instanceId }) => `${rental.id}: its pod ${instanceId} is still alive at ${cloud}`),
    ...overlaps(pods).map(
      ([one, other]) =>
        `${rental.id}: ${one.instanceId} at ${one.cloud} and ${other.instanceId} at ${other.cloud} were alive at once`,
    ),
  ])
  return [...problems, ...leftovers.map((what) => `left behind: ${what}`)]
}

/** Pairs of neighbours by birth of which the second was born before the first had died. */
function overlaps(pods: readonly UpstreamPod[]): [UpstreamPod, UpstreamPod][] {
  const byBirth = [...pods].sort((a, b) => a.bornMs - b.bornMs)
  return byBirth.flatMap((pod, index) =>
    byBirth
      .slice(index + 1)
      .filter(({ bornMs }) => bornMs < (pod.diedMs ?? Number.POSITIVE_INFINITY))
      .map((other): [UpstreamPod, UpstreamPod] => [pod, other]),
  )
}
