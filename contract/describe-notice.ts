import { fillings } from './causes.ts'
import { formatDuration } from './durations.ts'
import type { Language } from './languages.ts'
import type { NoticeKind } from './notices.ts'
import { tellNotice, type NoticeWords, type Teller } from './tell-notice.ts'
import { en } from './words/en.ts'
import { fill, type Words } from './words/words.ts'
import { zh } from './words/zh.ts'

const WORDS: Record<Language, Words> = { en, 'zh-CN': zh }

/** What a notice says: to programs in English, in e-mails in the language of their reader, with times in UTC. */
export const describeNotice = (
  kind: NoticeKind,
  data: Record<string, unknown>,
  language: Language = 'en',
): NoticeWords => tellNotice(kind, data, tellerIn(language))

function tellerIn(language: Language): Teller {
  const words = WORDS[language]
  const quote = language === 'en' ? sentence : quotation
  return {
    say: (key, values = {}) => fill(words.notices[key], values),
    reason: (reason) => words.reasons[reason],
    cause: ({ code, data }) => fill(words.causes[code], fillings(data, quotation)),
    duration: (seconds) => formatDuration(seconds, language, 'long'),
    instant: (at) => `${new Date(at).toISOString().replace('T', ' ').slice(0, 19)} UTC`,
    quote,
  }
}

const sentence = (words: string): string => (/[.!?]$/.test(words.trim()) ? words.trim() : `${words.trim()}.`)
/** Among words of another language it is marked as what somebody else said. */
const quotation = (words: string): string => `“${words.trim()}”`
