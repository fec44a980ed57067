import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import PostalMime from 'postal-mime'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { listen } from '../kit/listen.ts'
import { createInbox, type CaughtMail, type Inbox } from './inbox.ts'
import { createMailPages } from './pages.ts'

export interface MailCatcherOptions {
  readonly host?: string
  /** Ports; 0, or none said, picks a free one. */
  readonly smtpPort?: number
  readonly webPort?: number
  /** Replies with this code to the next mails, as often as it says: 4xx for "later", 5xx for "never". */
  readonly refusal?: () => number | null
}

export interface StartedMailCatcher {
  readonly smtpUrl: string
  /** Where a person reads what was caught; `/api/messages` is the same as JSON. */
  readonly webUrl: string
  readonly inbox: Inbox
  close(): Promise<void>
}

const MAX_MAIL_BYTES = 1_000_000

/** A mail server that takes every mail for everybody and delivers none: it shows them. */
export async function startMailCatcher(options: MailCatcherOptions = {}): Promise<StartedMailCatcher> {
  const { host = '127.0.0.1', smtpPort = 0, webPort = 0, refusal = () => null } = options
  const inbox = createInbox()
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    size: MAX_MAIL_BYTES,
    logger: false,
    onAuth: (_login, _session, done) => done(null, { user: 'anybody' }),
    onData: (stream, session, done) => void receive({ stream, session, inbox, code: refusal(), done }),
  })
  // Why: a client that hangs up is its own affair.
  smtp.on('error', () => undefined)
  const server = smtp.listen(smtpPort, host)
  await once(server, 'listening')
  const web = await listen({ app: createMailPages(inbox), host, port: webPort }).catch(async (error) => {
    await closed(smtp)
    throw error
  })
  return {
    smtpUrl: `smtp://${host}:${(server.address() as AddressInfo).port}`,
    webUrl: web.origin,
    inbox,
    close: async () => void (await Promise.all([web.close(), closed(smtp)])),
  }
}

type Session = Parameters<NonNullable<SMTPServerOptions['onData']>>[1]

interface Arrival {
  readonly stream: AsyncIterable<Buffer>
  readonly session: Session
  readonly inbox: Inbox
  /** The reply code of a refusal; null: taken. */
  readonly code: number | null
  readonly done: (error?: Error | null) => void
}

async function receive({ stream, session, inbox, code, done }: Arrival): Promise<void> {
  try {
    const chunks: Buffer[] = []
    for await (const chunk of stream) chunks.push(chunk)
    if (code !== null) throw Object.assign(new Error('refused on order'), { responseCode: code })
    inbox.add(await parse(Buffer.concat(chunks), session))
  } catch (error) {
    done(error instanceof Error ? error : new Error(String(error)))
    return
  }
  done()
}

async function parse(raw: Buffer, { envelope }: Session): Promise<Omit<CaughtMail, 'id'>> {
  const mail = await PostalMime.parse(raw)
  return {
    receivedAt: new Date().toISOString(),
    from: mail.from?.address ?? '',
    to: envelope.rcptTo.map(({ address }) => address),
    subject: mail.subject ?? '',
    text: mail.text ?? '',
    html: mail.html ?? '',
    headers: Object.fromEntries(mail.headers.map(({ key, value }) => [key, value])),
  }
}

const closed = (smtp: SMTPServer): Promise<void> => new Promise((resolve) => smtp.close(() => resolve()))
