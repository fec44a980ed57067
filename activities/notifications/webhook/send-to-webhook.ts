import { describeNotice } from '@berth/contract/describe-notice'
import { webhookUrlMistake } from '@berth/contract/webhook-url'
import { openSecret } from '@berth/entities/seal-secret'
import { WebhookEndpointEntity, type WebhookEndpoint } from '@berth/entities/webhook-endpoint'
import type { NotificationDeps } from '../activities.ts'
import { refused, type DueDelivery, type Sent } from '../due-delivery.ts'
import { postWebhook } from './post-webhook.ts'
import { signWebhook } from './sign-webhook.ts'

const GONE = 410

export async function sendToWebhook(deps: NotificationDeps, due: DueDelivery): Promise<Sent> {
  const { dataSource, webhooks } = deps
  const endpoint = await dataSource.manager.findOneByOrFail(WebhookEndpointEntity, {
    id: due.endpointId ?? '',
  })
  if (endpoint.deletedAt !== null) return refused('The endpoint was removed.', { final: true })
  if (!endpoint.enabled && due.kind !== 'webhook_test') {
    return refused('The endpoint is switched off.', { final: true })
  }
  const mistake = webhookUrlMistake(endpoint.url, { local: webhooks.allowLocal })
  if (mistake) return refused(mistake.detail, { final: true })
  const body = bodyOf(due)
  const secrets = liveSecrets(endpoint, webhooks.secretsKeys)
  const headers = signWebhook({ id: due.noticeId, body, secrets, nowMs: Date.now() })
  try {
    return judge(await postWebhook({ url: endpoint.url, headers, body, allowLocal: webhooks.allowLocal }))
  } catch (error) {
    return refused(error instanceof Error ? `Not reached: ${error.message}` : 'Not reached.')
  }
}

/** The same text at every attempt: everything in it comes from the notice, which never changes. */
function bodyOf({ noticeId, kind, at, rentalId, data }: DueDelivery): string {
  const { title, message } = describeNotice(kind, data)
  return JSON.stringify({
    id: noticeId,
    type: kind,
    timestamp: at.toISOString(),
    data: { ...(rentalId === null ? {} : { rentalId }), ...data },
    title,
    message,
  })
}

function liveSecrets(endpoint: WebhookEndpoint, keys: readonly string[]): string[] {
  const { id, secret, previousSecret, previousSecretExpiresAt } = endpoint
  const isPreviousLive = previousSecretExpiresAt !== null && previousSecretExpiresAt.getTime() > Date.now()
  const sealed = [secret, ...(previousSecret !== null && isPreviousLive ? [previousSecret] : [])]
  return sealed.map((each) => openSecret(each, { keys, label: id }))
}

function judge({ status, answer }: { status: number; answer: string }): Sent {
  const words = answer.replace(/\s+/g, ' ').trim().slice(0, 300)
  if (status >= 200 && status < 300) return { ok: true, responseStatus: status, words }
  if (status >= 300 && status < 400) {
    return refused('The receiver answered with a redirect, which is not followed. Give its final address.', {
      responseStatus: status,
    })
  }
  const said = `The receiver answered ${status}${words === '' ? '' : `: ${words}`}`
  return refused(said, { final: status === GONE, responseStatus: status })
}
