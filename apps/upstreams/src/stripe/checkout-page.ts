import { html, page } from '../kit/html.ts'
import { GOOD_CARD } from './cards.ts'
import type { CheckoutSession } from './state.ts'

export const money = (cents: number, currency: string): string =>
  new Intl.NumberFormat('en-US', { style: 'currency', currency }).format(cents / 100)

/** The hosted page: what is paid, a card, and a way back. A refusal of the card is said above the form. */
export function renderCheckoutPage(session: CheckoutSession, error: string | null): string {
  const refused =
    error === null ? html`` : html`<p class="error" role="alert" data-testid="error">${error}</p>`
  const cancel =
    session.cancelUrl === null
      ? html``
      : html`<p class="note"><a href="${session.cancelUrl}" data-testid="cancel">Cancel</a></p>`
  const amount = session.amountTotal === null ? 'a card' : money(session.amountTotal, session.currency)
  const verb = session.amountTotal === null ? 'Save' : 'Pay'
  return page({
    title: `${verb} ${amount}`,
    body: html`<h1>${session.productName}</h1>
      <p class="amount" data-testid="amount">${amount}</p>
      ${refused}
      <form method="post">
        <label
          >Email
          <input
            name="email"
            type="email"
            autocomplete="email"
            value="${session.customerEmail ?? 'ada@example.com'}"
        /></label>
        <label
          >Card number
          <input
            name="card"
            inputmode="numeric"
            autocomplete="cc-number"
            required
            data-testid="card"
            value="${GOOD_CARD}"
        /></label>
        <button data-testid="pay">${verb} ${amount}</button>
      </form>
      ${cancel}`,
  })
}

/** The bank's own page (3-D Secure): only the cardholder can confirm. */
export function renderConfirmationPage(
  { productName }: CheckoutSession,
  { card, email }: { card: string; email: string | null },
): string {
  return page({
    title: 'Confirm with your bank',
    body: html`<h1>Confirm with your bank</h1>
      <p>${productName}: your bank wants to know that it is you.</p>
      <form method="post">
        <input type="hidden" name="card" value="${card}" />
        <input type="hidden" name="email" value="${email ?? ''}" />
        <button name="authentication" value="completed" data-testid="confirm">Confirm</button>
        <button name="authentication" value="failed" data-testid="refuse">It is not me</button>
      </form>`,
  })
}

/** What is left of a page whose checkout is over. */
export function renderCheckoutOver(session: CheckoutSession): string {
  const why =
    session.status === 'complete' ? 'This checkout has been completed.' : 'This checkout has expired.'
  return page({
    title: 'Checkout',
    body: html`<h1>${why}</h1>
      <p data-testid="over">Go back to the shop to continue.</p>`,
  })
}
