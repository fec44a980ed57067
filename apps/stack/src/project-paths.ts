import { fileURLToPath } from 'node:url'

/** Places inside the checkout. `cache` outlives `--fresh`: what is in it was downloaded or built, not written by us. */
export const projectPaths = {
  root: fileURLToPath(new URL('../../..', import.meta.url)),
  data: fileURLToPath(new URL('../../../.data', import.meta.url)),
  cache: fileURLToPath(new URL('../../../.cache', import.meta.url)),
} as const
