import { PROBLEMS, type Problem, type ProblemCode } from '@berth/contract/problems'
import { podLogSchema, type PodLog } from '@berth/contract/schemas/rentals'
import { onScopeDispose, ref, shallowRef } from 'vue'
import { useSession } from '../../../shared/api/session-store.ts'
import { openEventStream, type StreamState } from '../../../shared/live/event-stream.ts'
import { parserOf } from '../../../shared/live/parse-event.ts'

/** More would make the page slow; who needs all of it logs in. */
const KEPT_LINES = 2_000

type PodLogTrouble = Extract<PodLog, { type: 'log.trouble' }>
export type PodLogLine = Extract<PodLog, { type: 'log.lines' }>['lines'][number]

/** The log of a pod for as long as whoever asked lives, resumed after every cut. */
export function usePodLog(rentalId: string) {
  const session = useSession()
  const lines = shallowRef<PodLogLine[]>([])
  const state = ref<StreamState>('connecting')
  /** Who failed, and in which words, when it could not be read. */
  const trouble = ref<PodLogTrouble | null>(null)
  const refusal = ref<ProblemCode | null>(null)

  const stream = openEventStream<PodLog>({
    url: `/v1/rentals/${encodeURIComponent(rentalId)}/logs`,
    parse: parserOf(podLogSchema),
    onEvent(event) {
      trouble.value = event.type === 'log.trouble' ? event : null
      if (event.type === 'log.lines') lines.value = [...lines.value, ...event.lines].slice(-KEPT_LINES)
    },
    onState: (next) => (state.value = next),
    onResumed: () => undefined,
    onSignedOut: () => session.forget(),
    onRefused: (answer) => void codeOf(answer).then((code) => (refusal.value = code)),
  })
  onScopeDispose(stream.close)
  return { lines, state, trouble, refusal }
}

async function codeOf(answer: Response): Promise<ProblemCode> {
  const problem: Partial<Problem> | null = await answer.json().catch(() => null)
  return problem?.code !== undefined && problem.code in PROBLEMS ? problem.code : 'internal'
}
