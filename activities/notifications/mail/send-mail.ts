import type { Language } from '@berth/contract/languages'
import { createTransport } from 'nodemailer'
import type { Sent } from '../due-delivery.ts'
import { refused } from '../due-delivery.ts'

export interface Mail {
  to: { name: string; address: string }
  /** Of subject, text and html. */
  language: Language
  subject: string
  text: string
  html: string
  /** The same for every attempt, so that a mail server can drop a second copy. */
  messageId: string
  /** Where a person says what they want to be told. */
  preferencesUrl: string
}

export type SendMail = (mail: Mail) => Promise<Sent>

export interface MailSettings {
  /** `smtp://user:password@host:587`, or `smtps://` for TLS from the first byte. */
  smtpUrl: string
  /** `Berth <berth@example.com>` */
  from: string
}

const TIMEOUTS = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 } as const

/** Sends through a mail server. A 5xx reply is its last word; anything else may pass. */
export function createMailer({ smtpUrl, from }: MailSettings): SendMail {
  const transport = createTransport({
    url: smtpUrl,
    ...TIMEOUTS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return async ({ preferencesUrl, language, ...mail }) => {
    try {
      const { response } = await transport.sendMail({
        ...mail,
        from,
        headers: {
          'Auto-Submitted': 'auto-generated',
          'Content-Language': language,
          'List-Unsubscribe': `<${preferencesUrl}>`,
        },
      })
      return { ok: true, responseStatus: replyCode(response), words: response.slice(0, 300) }
    } catch (error) {
      const words = error instanceof Error ? error.message.slice(0, 300) : String(error)
      const code = error instanceof Error && 'responseCode' in error ? error.responseCode : null
      const responseStatus = typeof code === 'number' ? code : null
      return refused(words, { final: responseStatus !== null && responseStatus >= 500, responseStatus })
    }
  }
}

const replyCode = (response: string): number | null => {
  const code = Number.parseInt(response, 10)
  return Number.isNaN(code) ? null : code
}
