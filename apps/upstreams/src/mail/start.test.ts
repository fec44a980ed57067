import { createTransport } from 'nodemailer'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startMailCatcher, type StartedMailCatcher } from './start.ts'

let catcher: StartedMailCatcher
let refusal: number | null = null
beforeAll(async () => {
  catcher = await startMailCatcher({ refusal: () => refusal })
})
afterAll(() => catcher.close())

const MAIL = {
  from: 'Berth <berth@example.com>',
  to: 'ada@example.com',
  subject: 'Der Rechner läuft <jetzt>',
  text: 'Grüße',
  html: '<head></head><p>Grüße</p>',
}
const send = () => createTransport({ url: catcher.smtpUrl }).sendMail(MAIL)

test('takes mail for anybody and shows it to people and as JSON', async () => {
  await send()
  const { messages } = (await (await fetch(`${catcher.webUrl}/api/messages`)).json()) as {
    messages: object[]
  }
  expect(messages).toMatchObject([
    { from: 'berth@example.com', to: ['ada@example.com'], subject: MAIL.subject, text: 'Grüße\n' },
  ])
  const list = await (await fetch(catcher.webUrl)).text()
  expect(list).toContain('Der Rechner läuft &lt;jetzt&gt;')
  const letter = await fetch(`${catcher.webUrl}/1`)
  expect(await letter.text()).toContain('Grüße')
  expect((await fetch(`${catcher.webUrl}/99`)).status).toBe(404)
})

test('refuses on order, for now or for good', async () => {
  for (const code of [451, 550]) {
    refusal = code
    await expect(send()).rejects.toMatchObject({ responseCode: code })
  }
  refusal = null
  await send()
  expect(catcher.inbox.list()).toHaveLength(2)
})
