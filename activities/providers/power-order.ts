import type { Instance, InstanceState } from './port.ts'
import { ProviderError } from './provider-error.ts'

interface PowerOrder {
  provider: string
  id: string
  wish: 'start' | 'stop'
  /** Sends the order; false where the provider knows no such instance. */
  order(): Promise<boolean>
  describe(): Promise<Instance>
}

/** States in which the wish has come true, or is about to. */
const COME_TRUE: Readonly<Record<PowerOrder['wish'], readonly InstanceState[]>> = {
  start: ['running', 'provisioning'],
  stop: ['stopped', 'stopping', 'gone'],
}

/**
 * Starting or stopping at providers that refuse what is done already, or is being done: a refusal counts only while the
 * instance is not where it was wished to be. Stopping what is gone is done; starting it is `invalid_request`.
 */
export async function orderPower({ provider, id, wish, order, describe }: PowerOrder): Promise<void> {
  try {
    if ((await order()) || wish === 'stop') return
  } catch (error) {
    const refused =
      error instanceof ProviderError && (error.kind === 'invalid_request' || error.kind === 'not_yet')
    if (refused && COME_TRUE[wish].includes((await describe()).state)) return
    throw error
  }
  const words = `there is no instance ${id} to ${wish}`
  throw new ProviderError({ provider, kind: 'invalid_request', words, status: 404 })
}
