import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { FIRST_PAGE, readManifest, scriptsOf } from './manifest.ts'

export interface BundleMeasure {
  /** Every script that the first page needs, the largest first. */
  scripts: { file: string; gzipBytes: number }[]
  totalGzipBytes: number
}

/** The most that the first page may bring in scripts, compressed: it is the wait of every first visit. */
export const MOST_INITIAL_GZIP_BYTES = 230 * 1024

/** The scripts of the entry and of the first page, with all that they import at once; what is loaded later is not counted. */
export async function measureBundle(folder: string): Promise<BundleMeasure> {
  const manifest = await readManifest(folder)
  const files = new Set(['index.html', FIRST_PAGE].flatMap((source) => [...scriptsOf(manifest, source)]))
  const scripts = await Promise.all(
    [...files].map(async (file) => {
      const compressed = await promisify(gzip)(await readFile(join(folder, file)))
      return { file, gzipBytes: compressed.length }
    }),
  )
  return {
    scripts: scripts.sort((a, b) => b.gzipBytes - a.gzipBytes),
    totalGzipBytes: scripts.reduce((sum, { gzipBytes }) => sum + gzipBytes, 0),
  }
}

/** The names of the sources that became chunks of their own. */
export const chunkNames = async (folder: string): Promise<string[]> => Object.keys(await readManifest(folder))
