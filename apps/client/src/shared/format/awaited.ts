import type { Awaited } from '@berth/contract/awaited'
import { WORDS_HERE, type Told } from '../i18n/told.ts'
import type { MessageKey, Text } from '../i18n/use-text.ts'

/** "Waits for RunPod to destroy the pod", in a sentence with a place for `what`; an older record has only the English words. */
export function tellAwaited(
  key: MessageKey,
  { awaited, waitingFor }: { awaited?: Awaited | null; waitingFor: string },
  { t }: Text,
): Told {
  if (!awaited) return { sentence: t(key, { what: WORDS_HERE }), words: waitingFor }
  const what = t(`pods.awaited.${awaited.kind}`, { provider: awaited.provider ?? '' })
  return { sentence: t(key, { what }), words: null }
}
