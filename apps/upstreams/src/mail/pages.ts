import express, { type Express } from 'express'
import { html, page, PAGE_HEADERS, type Html } from '../kit/html.ts'
import type { CaughtMail, Inbox } from './inbox.ts'

/** The inbox as pages for people, and as JSON under `/api/messages`. */
export function createMailPages(inbox: Inbox): Express {
  const app = express()
  app.disable('x-powered-by')
  app.get('/', (_request, response) => {
    response.set(PAGE_HEADERS).send(page({ title: 'Mail', wide: true, body: listOf(inbox.list()) }))
  })
  app.get('/api/messages', (_request, response) => {
    response.json({ messages: inbox.list() })
  })
  app.get('/:id', (request, response) => {
    const mail = inbox.find(Number(request.params.id))
    if (mail === undefined) {
      response.status(404).set(PAGE_HEADERS)
      return void response.send(page({ title: 'Mail', body: html`<p>There is no such mail (any more).</p>` }))
    }
    response.set(PAGE_HEADERS).send(page({ title: mail.subject, wide: true, body: letter(mail) }))
  })
  return app
}

const listOf = (mails: readonly CaughtMail[]): Html => html`
  <h1>Mail</h1>
  <p>Everything that was sent from here, newest first. Nothing leaves this machine.</p>
  ${mails.length === 0 ? html`<p>There is none yet.</p>` : html``}
  <ul>
    ${mails.map(
      ({ id, subject, to, receivedAt }) =>
        html`<li data-testid="mail">
          <a href="/${id}">${subject}</a><br /><small
            >to ${to.join(', ')}, ${receivedAt.slice(0, 19).replace('T', ' ')} UTC</small
          >
        </li>`,
    )}
  </ul>
`

const letter = ({ subject, from, to, receivedAt, html: markup, text }: CaughtMail): Html => html`
  <p><a href="/">All mail</a></p>
  <h1>${subject}</h1>
  <p>from ${from} to ${to.join(', ')}, ${receivedAt.slice(0, 19).replace('T', ' ')} UTC</p>
  <iframe
    title="As HTML"
    sandbox="allow-popups allow-popups-to-escape-sandbox"
    srcdoc="${withLinksOutside(markup)}"
  ></iframe>
  <h2>As plain text</h2>
  <pre>${text}</pre>
`

/** A link in the frame opens beside the mail, not within its frame. */
const withLinksOutside = (markup: string): string => markup.replace('<head>', '<head><base target="_blank">')
