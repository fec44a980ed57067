import {
  renderCharge,
  renderCustomer,
  renderPaymentIntent,
  renderPaymentMethod,
  renderSetupIntent,
} from './render.ts'
import { invalidRequest } from './stripe-error.ts'
import type { StripeState } from './state.ts'

type Wire = Record<string, unknown>

/** Puts whole objects where ids stand, along paths such as `payment_intent.latest_charge`. */
export function expand(object: Wire, paths: readonly string[], state: StripeState): Wire {
  return paths.reduce((expanded, path) => expandPath(expanded, path.split('.'), state), object)
}

function expandPath(object: Wire, [field = '', ...rest]: readonly string[], state: StripeState): Wire {
  if (!(field in object))
    throw invalidRequest(`This property cannot be expanded (${field}).`, { param: 'expand' })
  const value = object[field]
  const whole = typeof value === 'string' ? find(field, value, state) : (value as Wire | null)
  if (whole === null) return object
  return { ...object, [field]: rest.length > 0 ? expandPath(whole, rest, state) : whole }
}

function find(field: string, id: string, state: StripeState): Wire {
  const whole = EXPANDABLE[field]?.(state).find((object) => object['id'] === id)
  if (whole === undefined)
    throw invalidRequest(`This property cannot be expanded (${field}).`, { param: 'expand' })
  return whole
}

const chargesOf = ({ charges }: StripeState): Wire[] => charges.map(renderCharge)
const EXPANDABLE: Record<string, (state: StripeState) => Wire[]> = {
  payment_intent: ({ paymentIntents }) => paymentIntents.map(renderPaymentIntent),
  setup_intent: ({ setupIntents }) => setupIntents.map(renderSetupIntent),
  payment_method: ({ paymentMethods }) => paymentMethods.map(renderPaymentMethod),
  latest_charge: chargesOf,
  charge: chargesOf,
  customer: ({ customers }) => customers.map(renderCustomer),
}
