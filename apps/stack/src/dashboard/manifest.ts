import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What Vite writes about each chunk, as far as we read it. */
export interface Chunk {
  file: string
  imports?: string[]
}

/** Chunks and files of a build by the names of their sources. */
export type Manifest = Record<string, Chunk>

/** The page that most people see first. */
export const FIRST_PAGE = 'src/features/market/pages/market-page.vue'

export async function readManifest(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, '.vite/manifest.json'), 'utf8')) as Manifest
}

/** The files of a source's script and of all that it imports at once; what is loaded later is not among them. */
export function scriptsOf(manifest: Manifest, source: string): Set<string> {
  const files = new Set<string>()
  const seen = new Set<string>()
  const follow = (name: string): void => {
    const chunk = manifest[name]
    if (!chunk) throw new Error(`the build has no ${name}`)
    if (seen.has(name)) return
    seen.add(name)
    files.add(chunk.file)
    for (const next of chunk.imports ?? []) follow(next)
  }
  follow(source)
  return files
}
