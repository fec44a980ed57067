import { SSH_FAILURES, TERMINAL_CLOSE, type SshFailure } from '@berth/contract/pod-access'
import { plainly, WORDS_HERE, type Told } from '../../../shared/i18n/told.ts'
import type { MessageKey, Text } from '../../../shared/i18n/use-text.ts'

type CloseCode = (typeof TERMINAL_CLOSE)[keyof typeof TERMINAL_CLOSE]

const ENDS: Record<Exclude<CloseCode, (typeof TERMINAL_CLOSE)[SshFailure]>, MessageKey> = {
  [TERMINAL_CLOSE.exited]: 'pods.inside.shellEnded',
  [TERMINAL_CLOSE.restarting]: 'pods.inside.ends.restarting',
  [TERMINAL_CLOSE.notRunning]: 'failures.pod_not_running',
  [TERMINAL_CLOSE.idle]: 'pods.inside.ends.idle',
  [TERMINAL_CLOSE.tooLong]: 'pods.inside.ends.tooLong',
  [TERMINAL_CLOSE.lost]: 'pods.inside.terminalCut',
  [TERMINAL_CLOSE.signedOut]: 'pods.inside.ends.signedOut',
  [TERMINAL_CLOSE.gatewayDown]: 'failures.pods_unreachable',
}

/** Why a terminal was closed, by the server's code; what the connection to the pod said is quoted. */
export function whyItEnded(code: number, words: string, { t }: Text): Told {
  const failure = SSH_FAILURES.find((each) => TERMINAL_CLOSE[each] === code)
  if (failure) return { sentence: t(`pods.inside.reasons.${failure}`, { words: WORDS_HERE }), words }
  const end: MessageKey | undefined = (ENDS as Record<number, MessageKey>)[code]
  if (end) return plainly(t(end))
  if (words === '') return plainly(t('pods.inside.terminalCut'))
  return { sentence: t('pods.inside.terminalLost', { words: WORDS_HERE }), words }
}
