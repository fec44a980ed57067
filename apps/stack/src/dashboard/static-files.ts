import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

/** One file ready to be sent, in each encoding a browser may ask for. */
export interface StaticFile {
  headers: Record<string, string>
  plain: Buffer
  gzip?: Buffer
  brotli?: Buffer
}

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
}

const compressible = /^(text|application|image\/svg)/
const smallestWorthCompressing = 1_400

/**
 * Reads a built site into memory, keyed by URL path. A request then looks a path up in a map and never touches the file
 * system: no path can lead out of the folder. Vite puts a content hash into the names under `assets/`, so a browser may
 * keep those for ever and must ask again for everything else.
 */
export async function loadStaticFiles(folder: string): Promise<Map<string, StaticFile>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = await Promise.all(
    entries
      .filter((entry) => entry.isFile() && !isHidden(relative(folder, entry.parentPath)))
      .map(async (entry) => {
        const file = join(entry.parentPath, entry.name)
        const path = `/${relative(folder, file).split(sep).join('/')}`
        return [path, await load(path, file)] as const
      }),
  )
  return new Map(files)
}

/** The build's own notes (`.vite/`) are nobody else's business. */
const isHidden = (path: string): boolean => path.startsWith('.')

async function load(path: string, file: string): Promise<StaticFile> {
  const plain = await readFile(file)
  const type = types[extname(file)] ?? 'application/octet-stream'
  const headers = {
    'content-type': type,
    etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
    'cache-control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    vary: 'accept-encoding',
  }
  if (!compressible.test(type) || plain.length < smallestWorthCompressing) return { headers, plain }
  const [gzipped, brotli] = await Promise.all([
    promisify(gzip)(plain),
    promisify(brotliCompress)(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  ])
  return { headers, plain, gzip: gzipped, brotli }
}
