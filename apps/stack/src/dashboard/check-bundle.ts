import { buildDashboard } from './build-dashboard.ts'
import { measureBundle, MOST_INITIAL_GZIP_BYTES } from './measure-bundle.ts'

/** `npm run bundle`: prints what the first page brings in scripts, and fails when it is too much. */
const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(1).padStart(7)} KB`

const { folder } = await buildDashboard({ onProgress: () => undefined })
const { scripts, totalGzipBytes } = await measureBundle(folder)
for (const { file, gzipBytes } of scripts) console.log(`${kilobytes(gzipBytes)}  ${file}`)
console.log(`${kilobytes(totalGzipBytes)}  in all, of ${kilobytes(MOST_INITIAL_GZIP_BYTES).trim()} at most`)
process.exitCode = totalGzipBytes > MOST_INITIAL_GZIP_BYTES ? 1 : 0
