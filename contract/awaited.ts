type Sentence = (provider: string) => string

/** What a rental can wait for; each text completes "waits for …". Zod-free: workflows write it, clients word it in their own language. */
const AWAITED_SENTENCES = {
  pod_creation: (provider) => `${provider} to create the pod`,
  provider_readiness: (provider) => `${provider}, which asks us to wait`,
  creation_answer: (provider) => `${provider} to say whether it created the pod`,
  ssh_answer: () => 'the pod to answer by SSH',
  usable_pod: (provider) => `${provider} to show a usable pod`,
  pod_destruction: (provider) => `${provider} to destroy the pod`,
  operator_decision: () => 'an operator to look at pods created twice',
  first_hold: () => 'the database, to hold the first minutes',
  meter_start: () => 'the database, to start the meter',
  hold_renewal: () => 'the database, to renew the hold',
  upstream_cost: () => 'our books to take what it cost us upstream',
} as const satisfies Record<string, Sentence>

export type AwaitedKind = keyof typeof AWAITED_SENTENCES
export const AWAITED_KINDS = Object.keys(AWAITED_SENTENCES) as [AwaitedKind, ...AwaitedKind[]]

export interface Awaited {
  kind: AwaitedKind
  /** Whose doing it is; null where it is our own. */
  provider: string | null
}

/** "RunPod to destroy the pod": completes "waits for …". */
export const describeAwaited = ({ kind, provider }: Awaited): string =>
  (AWAITED_SENTENCES[kind] as Sentence)(provider ?? 'the provider')
