import { randomUUID } from 'node:crypto'
import type { TopUp } from '@berth/contract/schemas/billing'
import type { APIResponse, BrowserContext } from 'playwright-core'
import { until } from './until.ts'
import { getJson } from './visitor.ts'

/** The card that every emulated checkout is filled in with. */
const GOOD_CARD = '4242424242424242'

/**
 * What a newcomer does before the page that a test is about, by the requests that the pages would send: a page takes the
 * better part of a second to load, and there are six on this way. Click by click it is in `visitor.ts`.
 */
export function newcomer(context: BrowserContext, origin: string) {
  const post = async (path: string, data: object): Promise<APIResponse> =>
    heard(
      await context.request.post(`${origin}${path}`, {
        data,
        headers: { origin, 'idempotency-key': randomUUID() },
      }),
    )
  return {
    async signIn(login: string): Promise<void> {
      const asked = await heard(await context.request.get(`${origin}/v1/auth/github?returnTo=/`))
      await heard(await context.request.post(asked.url(), { form: { login } }))
    },
    addSshKey: (publicKey: string) => post('/v1/ssh-keys', { name: 'laptop', publicKey }),
    /** Pays with a card that is taken, and waits until the money is in the ledger. */
    async topUp(dollars: number): Promise<void> {
      const { id, checkoutUrl } = (await (
        await post('/v1/billing/checkout', { amountCents: dollars * 100 })
      ).json()) as TopUp
      await heard(
        await context.request.post(checkoutUrl!, { form: { card: GOOD_CARD, email: 'ada@example.com' } }),
      )
      const isPaid = async () =>
        (await getJson<TopUp>(context, `${origin}/v1/billing/top-ups/${id}`)).status === 'paid'
      await until(isPaid, { what: `a top-up of $${dollars}` })
    },
  }
}

async function heard(response: APIResponse): Promise<APIResponse> {
  if (!response.ok())
    throw new Error(`${response.url()} answered ${response.status()}: ${await response.text()}`)
  return response
}
