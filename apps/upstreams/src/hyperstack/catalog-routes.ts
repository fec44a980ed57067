import express, { type Router } from 'express'
import { FLAVORS, PRICES_MICROS, REGIONS } from './flavors.ts'
import { renderImages } from './images.ts'
import type { Inventory } from './inventory.ts'

const SINCE = '2026-01-01T00:00:00Z'
const MICROS_PER_DOLLAR = 1_000_000

/** `/core/flavors`, `/core/stocks`, `/core/images` and `/pricebook` of the vendor document. */
export function createCatalogRoutes({ inventory }: { inventory: Inventory }): Router {
  const router = express.Router()

  router.get('/core/flavors', (request, response) => {
    const regions = regionsAskedFor(request.query['region'])
    const data = regions.flatMap((region) => renderFlavors(region, inventory))
    response.json({ status: true, message: 'Getting list of flavors success', data })
  })

  router.get('/core/stocks', (_request, response) => {
    const stocks = REGIONS.map((region) => ({
      region,
      'stock-type': 'GPU',
      models: modelsIn(region).map((model) => renderStock(model, region, inventory)),
    }))
    response.json({ stocks })
  })

  router.get('/core/images', (request, response) => {
    const images = regionsAskedFor(request.query['region']).flatMap(renderImages)
    response.json({ status: true, message: 'Getting list of images success', images })
  })

  router.get('/pricebook', (_request, response) => {
    response.json(
      Object.entries(PRICES_MICROS).map(([name, micros], index) => renderPrice(name, micros, index)),
    )
  })

  return router
}

const regionsAskedFor = (region: unknown): readonly string[] =>
  typeof region === 'string' && region !== '' ? REGIONS.filter((known) => known === region) : REGIONS

const flavorsIn = (region: string) => FLAVORS.filter(({ regions }) => regions.includes(region))
const modelsIn = (region: string): string[] => [...new Set(flavorsIn(region).map(({ gpu }) => gpu))]

function renderFlavors(region: string, inventory: Inventory): Record<string, unknown>[] {
  return modelsIn(region).map((gpu) => ({
    gpu,
    region_name: region,
    flavors: flavorsIn(region)
      .filter((flavor) => flavor.gpu === gpu)
      .map((flavor) => ({
        id: flavor.id,
        name: flavor.name,
        display_name: flavor.name,
        region_name: region,
        cpu: flavor.vcpus,
        ram: flavor.ramGb,
        disk: flavor.diskGb,
        ephemeral: flavor.ephemeralGb,
        gpu,
        gpu_count: flavor.gpuCount,
        stock_available: inventory.machines(flavor.name, region) > 0,
        created_at: SINCE,
        features: {},
        labels: [],
      })),
  }))
}

/** `available` is a floor in words ("0", "3", "10+"); the configurations are whole numbers. */
function renderStock(model: string, region: string, inventory: Inventory): Record<string, unknown> {
  const free = inventory.free({ gpu: model, region })
  const sizes = [1, 2, 4, 8, 10].map((size) => [`${size}x`, Math.floor(free / size)])
  return {
    model,
    available: free >= 10 ? '10+' : String(free),
    planned_7_days: '0',
    planned_30_days: '0',
    planned_100_days: '10+',
    configurations: Object.fromEntries(sizes),
  }
}

function renderPrice(name: string, micros: bigint, index: number): Record<string, unknown> {
  const value = Number(micros) / MICROS_PER_DOLLAR
  return {
    id: index + 1,
    name,
    value,
    original_value: value,
    discount_applied: false,
    start_time: SINCE,
    end_time: '2036-01-01T00:00:00Z',
  }
}
