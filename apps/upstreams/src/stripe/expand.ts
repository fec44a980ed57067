import { renderCharge, renderCustomer, renderPaymentIntent } from './render.ts'
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
  const found =
    field === 'payment_intent'
      ? state.paymentIntents.filter((intent) => intent.id === id).map(renderPaymentIntent)
      : field === 'latest_charge' || field === 'charge'
        ? state.charges.filter((charge) => charge.id === id).map(renderCharge)
        : field === 'customer'
          ? state.customers.filter((customer) => customer.id === id).map(renderCustomer)
          : []
  const [whole] = found
  if (whole === undefined)
    throw invalidRequest(`This property cannot be expanded (${field}).`, { param: 'expand' })
  return whole
}
