import { describeNotice } from '@berth/contract/describe-notice'
import type { Language } from '@berth/contract/languages'
import type { NoticeKind } from '@berth/contract/notices'
import { fill } from '@berth/contract/words/words'
import type { DueDelivery } from '../due-delivery.ts'
import { factsOf } from './facts.ts'
import { mailWords, type MailWords } from './mail-words.ts'

type Told = Pick<DueDelivery, 'kind' | 'data' | 'rentalId' | 'displayName' | 'at' | 'language'>

/** What happened, what it cost and what to do, in its reader's language: as plain text and as HTML that says the same. */
export function composeMail(
  notice: Told,
  publicUrl: string,
): { language: Language; subject: string; text: string; html: string } {
  const language = notice.language ?? 'en'
  const words = mailWords[language]
  const { title, message } = describeNotice(notice.kind, notice.data, language)
  const when = `${notice.at.toISOString().replace('T', ' ').slice(0, 19)} UTC`
  const { action, path } = actionOf(notice)
  const letter: Letter = {
    language,
    words,
    title,
    message,
    greeting: fill(words.greeting, { name: notice.displayName }),
    facts: [...factsOf(notice.kind, notice.data, language), ['when', when] as const].map(([name, value]) => [
      words.facts[name],
      value,
    ]),
    action: { label: words.actions[action], url: `${publicUrl}${path}` },
    preferencesUrl: `${publicUrl}/notifications`,
  }
  return { language, subject: title, text: plainText(letter), html: html(letter) }
}

interface Letter {
  language: Language
  words: MailWords
  title: string
  message: string
  greeting: string
  facts: [name: string, value: string][]
  action: { label: string; url: string }
  preferencesUrl: string
}

const ASKS_FOR_MONEY: NoticeKind[] = ['runway_low', 'auto_top_up_failed', 'wallet_in_debt']

function actionOf({ kind, rentalId, data }: Told): { action: keyof MailWords['actions']; path: string } {
  if (kind === 'api_key_created') return { action: 'apiKeys', path: '/api-keys' }
  if (kind === 'webhook_switched_off') return { action: 'switchOn', path: '/notifications' }
  if (kind === 'rental_interrupted') return { action: 'rentAgain', path: '/market' }
  if (rentalId !== null)
    return { action: kind === 'rental_ended' ? 'receipt' : 'pod', path: `/pods/${rentalId}` }
  if (kind === 'runway_low' && data['dayLimit']) return { action: 'raiseLimit', path: '/wallet#limits' }
  return ASKS_FOR_MONEY.includes(kind)
    ? { action: 'topUp', path: '/wallet#top-up' }
    : { action: 'wallet', path: '/wallet' }
}

function plainText({ words, greeting, title, message, facts, action, preferencesUrl }: Letter): string {
  const rows = facts.map(([name, value]) => [fill(words.fact, { name }), value] as const)
  const widest = Math.max(...rows.map(([name]) => columnsOf(name)))
  return [
    greeting,
    '',
    fill(words.headline, { title }),
    '',
    message,
    '',
    ...rows.map(([name, value]) => `  ${name}${' '.repeat(widest - columnsOf(name))}${value}`),
    '',
    `${fill(words.fact, { name: action.label })}${action.url}`,
    '',
    '-- ',
    words.why,
    `${fill(words.fact, { name: words.choose })}${preferencesUrl}`,
    '',
  ].join('\n')
}

/** Chinese characters take two columns of a plain text, Latin ones take one. */
const columnsOf = (text: string): number => text.length + (text.match(/[\u2E80-\uFFEF]/g)?.length ?? 0)

/** Inline styles on plain tables: what mail programs show alike. */
function html({ language, words, greeting, title, message, facts, action, preferencesUrl }: Letter): string {
  const rows = facts.map(
    ([name, value]) =>
      `<tr><td style="padding:4px 16px 4px 0;color:#5b6b7b">${escape(name)}</td><td style="padding:4px 0">${escape(value)}</td></tr>`,
  )
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="color-scheme" content="light"><title>${escape(title)}</title></head>
<body style="margin:0;padding:24px;background:#f4f6f8;color:#14202b;font:15px/1.5 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center">
<table role="presentation" width="560" cellpadding="0" cellspacing="0" style="max-width:560px;width:100%;background:#fff;border:1px solid #dfe5ea;border-radius:8px"><tr><td style="padding:28px">
<p style="margin:0 0 16px;font-weight:600">Berth</p>
<h1 style="margin:0 0 12px;font-size:20px;line-height:1.3">${escape(title)}</h1>
<p style="margin:0 0 8px">${escape(greeting)}</p>
<p style="margin:0 0 20px">${escape(message)}</p>
<table role="presentation" cellpadding="0" cellspacing="0" style="margin:0 0 24px;font-size:14px">${rows.join('')}</table>
<a href="${escape(action.url)}" style="display:inline-block;padding:10px 18px;border-radius:6px;background:#0f4c5c;color:#fff;text-decoration:none;font-weight:600">${escape(action.label)}</a>
</td></tr></table>
<p style="margin:16px 0 0;font-size:12px;color:#5b6b7b">${words.why} <a href="${escape(preferencesUrl)}" style="color:#5b6b7b">${words.choose}</a></p>
</td></tr></table>
</body></html>
`
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escape = (text: string): string => text.replace(/[&<>"']/g, (mark) => ENTITIES[mark] ?? mark)
