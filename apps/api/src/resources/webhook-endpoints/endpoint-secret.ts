import { randomBytes } from 'node:crypto'
import { sealSecret } from '@berth/entities/seal-secret'

const SECRET_BYTES = 32

/** A fresh signing secret in the form that Standard Webhooks libraries take, and sealed for the row. */
export function newEndpointSecret(endpointId: string, keys: readonly string[]) {
  const secret = `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`
  return { secret, sealed: sealSecret(secret, { keys, label: endpointId }) }
}
