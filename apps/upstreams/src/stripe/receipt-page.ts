import { html, page } from '../kit/html.ts'
import { money } from './checkout-page.ts'
import type { Charge } from './state.ts'

/** What a charge's `receipt_url` shows. */
export function renderReceipt({
  id,
  amount,
  amountRefunded,
  currency,
  brand,
  last4,
  created,
}: Charge): string {
  const refunded = amountRefunded === 0 ? html`` : html`<p>Refunded: ${money(amountRefunded, currency)}</p>`
  return page({
    title: 'Receipt',
    body: html`<h1>Receipt from Berth</h1>
      <p class="amount" data-testid="receipt-amount">${money(amount, currency)}</p>
      <p>Paid with ${brand} ending in ${last4}, ${new Date(created * 1000).toISOString().slice(0, 10)}</p>
      ${refunded}
      <p class="note">${id}</p>`,
  })
}
