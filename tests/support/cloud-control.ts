import { until } from './until.ts'

interface EmulatedPod {
  id: string
  name: string
  image: string
  cloud: string
  gpu: { id: string; count: number }
}

/** Has an emulated cloud fail at certain requests until it is healed, or this order is taken back by what is answered. */
export async function failAt(
  upstreamsControl: string,
  cloud: string,
  order: { match: { method: string; path: string }; times?: number; fault: object },
): Promise<() => Promise<void>> {
  const orders = `${upstreamsControl}/control/${cloud}/faults`
  const { id } = (await (await post(orders, order)).json()) as { id: string }
  return async () => void (await fetch(`${orders}/${id}`, { method: 'DELETE' }))
}

/** Puts so much on a shelf of an emulated cloud, or gives it back to the seed; the words are the cloud's own. */
export const orderStock = async (upstreamsControl: string, cloud: string, order: object): Promise<void> =>
  void (await post(`${upstreamsControl}/control/${cloud}/inventory`, order))

async function post(url: string, body: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json', authorization: 'Bearer rpa_emulated' }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
  return response
}

/** The emulated RunPod from behind: orders to fail, and what lives there. */
export function cloudControl(upstreamsControl: string) {
  const control = `${upstreamsControl}/control/runpod`
  // The stack gives the first upstream the port after the control port.
  const { hostname, port } = new URL(upstreamsControl)
  const api = `http://${hostname}:${Number(port) + 1}/v2`
  const pods = async (): Promise<EmulatedPod[]> => {
    const { instances } = (await (await fetch(`${control}/instances`)).json()) as { instances: EmulatedPod[] }
    return instances
  }
  const podOf = async (rentalId: string): Promise<EmulatedPod | undefined> =>
    (await pods()).find(({ name }) => name.includes(rentalId.toLowerCase().replace('_', '-')))

  return {
    pods,
    fail: (order: Parameters<typeof failAt>[2]) => failAt(upstreamsControl, 'runpod', order),
    heal: async (): Promise<void> => void (await fetch(`${control}/faults`, { method: 'DELETE' })),
    /** Gone at once, as if by the provider's own hand. */
    async kill(rentalId: string): Promise<void> {
      await post(`${control}/instances/${(await podOf(rentalId))!.id}/kill`, {})
    },
    /** Makes the container of its pod say something. */
    async print(rentalId: string, line: string): Promise<void> {
      await post(`${control}/instances/${(await podOf(rentalId))!.id}/print`, { line })
    },
    /** A second pod of the same name, as a request that the network repeated would leave it. */
    async createTwin(rentalId: string): Promise<void> {
      await until(async () => (await podOf(rentalId)) !== undefined, { what: 'the first pod' })
      const { name, image, cloud, gpu } = (await podOf(rentalId))!
      await post(`${api}/pods`, { name, image, cloud, gpu: { id: gpu.id, count: gpu.count } })
    },
  }
}
