import type { NotificationDeps } from '../activities.ts'
import { refused, type DueDelivery, type Sent } from '../due-delivery.ts'
import { composeMail } from './compose-mail.ts'

export async function sendByMail({ sendMail, publicUrl }: NotificationDeps, due: DueDelivery): Promise<Sent> {
  const { email, displayName, noticeId } = due
  if (sendMail === null) return refused('No mail server is set up: SMTP_URL is missing.', { final: true })
  if (email === null) return refused('The person has no verified e-mail address any more.', { final: true })
  return sendMail({
    ...composeMail(due, publicUrl),
    to: { name: displayName, address: email },
    messageId: `<${noticeId}@${new URL(publicUrl).hostname}>`,
    preferencesUrl: `${publicUrl}/notifications`,
  })
}
