import { vi } from 'vitest'
import { aUser, mountPage } from '../../../shared/testing/mount-page.ts'
import OperatorPage from '../pages/operator-page.vue'
import {
  aReconciledRental,
  aReconciliation,
  aRentalPage,
  anAccount,
  aStuckRental,
  NOW,
  someBooks,
} from './examples.ts'

type Routes = NonNullable<Parameters<typeof mountPage>[1]>['routes']

/** The operator's page at noon, with one stuck rental, one provider and its books. */
export function mountOperations({ routes, at }: { routes?: Routes; at?: string } = {}) {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'], now: Date.parse(NOW) })
  return mountPage(OperatorPage, {
    ...(at === undefined ? {} : { at }),
    routes: {
      'GET /v1/auth/me': () => ({ ...aUser, isOperator: true }),
      'GET /v1/operator/rentals': () => aRentalPage([aStuckRental()]),
      'GET /v1/operator/providers': () => ({ items: [anAccount()], asOf: NOW }),
      'GET /v1/operator/books': () => someBooks,
      'GET /v1/operator/reconciliation': () => aReconciliation([aReconciledRental()]),
      ...routes,
    },
  })
}

/** The element of the whole document with this test id; dialogs stand outside of the page. */
export function byTestId<T extends HTMLElement = HTMLElement>(id: string): T {
  const element = document.querySelector<T>(`[data-testid="${id}"]`)
  if (!element) throw new Error(`nothing on the page has the test id ${id}`)
  return element
}

export function type(id: string, text: string): void {
  const field = byTestId<HTMLTextAreaElement>(id)
  field.value = text
  field.dispatchEvent(new Event('input', { bubbles: true }))
}
