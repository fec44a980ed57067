/** Other names of clouds, as aggregators and the clouds themselves write them; ours is the name of its native provider where there is one. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    datacrunch: 'verda',
    'datacrunch-io': 'verda',
    lambdalabs: 'lambda',
    'lambda-labs': 'lambda',
    lambdacloud: 'lambda',
    vastai: 'vast',
    'vast-ai': 'vast',
    'runpod-io': 'runpod',
    nexgen: 'hyperstack',
    nexgencloud: 'hyperstack',
    'digital-ocean': 'digitalocean',
    do: 'digitalocean',
    'tensor-dock': 'tensordock',
    crusoecloud: 'crusoe',
    'massed-compute': 'massedcompute',
    latitudesh: 'latitude',
    'latitude-sh': 'latitude',
  }),
)

/**
 * One name for the cloud behind an aggregator's offer, so that the market can tell when the same machine is on sale
 * natively. A cloud we have never heard of keeps its own name in small letters.
 */
export function cloudNameOf(word: string): string {
  const name = word
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  return OTHER_NAMES.get(name) ?? name
}
