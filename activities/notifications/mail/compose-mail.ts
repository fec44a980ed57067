import { describeNotice } from '@berth/contract/describe-notice'
import type { NoticeKind } from '@berth/contract/notices'
import type { DueDelivery } from '../due-delivery.ts'
import { factsOf } from './facts.ts'

type Told = Pick<DueDelivery, 'kind' | 'data' | 'rentalId' | 'displayName' | 'at'>

/** What happened, what it cost and what to do, as plain text and as HTML that says the same. */
export function composeMail(
  notice: Told,
  publicUrl: string,
): { subject: string; text: string; html: string } {
  const { title, message } = describeNotice(notice.kind, notice.data)
  const letter: Letter = {
    title,
    message,
    greeting: `Hello ${notice.displayName},`,
    facts: [
      ...factsOf(notice.kind, notice.data),
      ['When', `${notice.at.toISOString().replace('T', ' ').slice(0, 19)} UTC`],
    ],
    action: actionOf(notice, publicUrl),
    preferencesUrl: `${publicUrl}/notifications`,
  }
  return { subject: title, text: plainText(letter), html: html(letter) }
}

interface Letter {
  title: string
  message: string
  greeting: string
  facts: [name: string, value: string][]
  action: { label: string; url: string }
  preferencesUrl: string
}

const ASKS_FOR_MONEY: NoticeKind[] = ['runway_low', 'auto_top_up_failed', 'wallet_in_debt']

function actionOf({ kind, rentalId, data }: Told, publicUrl: string): Letter['action'] {
  if (kind === 'api_key_created') return { label: 'See your API keys', url: `${publicUrl}/api-keys` }
  if (kind === 'webhook_switched_off')
    return { label: 'Switch it on again', url: `${publicUrl}/notifications` }
  if (kind === 'rental_interrupted') return { label: 'Rent again', url: `${publicUrl}/market` }
  if (rentalId !== null) {
    return {
      label: kind === 'rental_ended' ? 'See the receipt' : 'Open the pod',
      url: `${publicUrl}/pods/${rentalId}`,
    }
  }
  if (kind === 'runway_low' && data['dayLimit']) {
    return { label: 'Raise the limit', url: `${publicUrl}/wallet#limits` }
  }
  return ASKS_FOR_MONEY.includes(kind)
    ? { label: 'Top up', url: `${publicUrl}/wallet#top-up` }
    : { label: 'Open the wallet', url: `${publicUrl}/wallet` }
}

const WHY = 'You get this because you rent GPUs with Berth. Choose what we tell you'

function plainText({ greeting, title, message, facts, action, preferencesUrl }: Letter): string {
  const widest = Math.max(...facts.map(([name]) => name.length))
  const table = facts.map(([name, value]) => `  ${`${name}:`.padEnd(widest + 2)}${value}`)
  return [
    greeting,
    '',
    `${title}.`,
    '',
    message,
    '',
    ...table,
    '',
    `${action.label}: ${action.url}`,
    '',
    '-- ',
    `${WHY}: ${preferencesUrl}`,
    '',
  ].join('\n')
}

/** Inline styles on plain tables: what mail programs show alike. */
function html({ greeting, title, message, facts, action, preferencesUrl }: Letter): string {
  const rows = facts.map(
    ([name, value]) =>
      `<tr><td style="padding:4px 16px 4px 0;color:#5b6b7b">${escape(name)}</td><td style="padding:4px 0">${escape(value)}</td></tr>`,
  )
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light"><title>${escape(title)}</title></head>
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
<p style="margin:16px 0 0;font-size:12px;color:#5b6b7b">${WHY} <a href="${escape(preferencesUrl)}" style="color:#5b6b7b">here</a>.</p>
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
