import { createWriteStream } from 'node:fs'
import { chmod, mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { runCommand } from '../process/run-command.ts'

export interface DownloadOptions {
  artifact: 'cli' | 'temporal-test-server'
  version: string
  /** Where the program goes; appears only when it is whole. */
  target: string
  baseUrl?: string
  /** How long the download service may take to answer: short, so that a machine without internet goes on in seconds. */
  lookupTimeoutMs?: number
}

interface DownloadInfo {
  archiveUrl: string
  fileToExtract: string
}

/**
 * Fetches one of Temporal's programs from its official download service, the way `@temporalio/testing` does by itself
 * (`GET https://temporal.download/<artifact>/<version>` names an archive and the file in it). Done here because the
 * SDK's own download has no time limit. Rejects with the reason when it cannot be had.
 */
export async function downloadTemporalProgram(options: DownloadOptions): Promise<void> {
  const {
    artifact,
    version,
    target,
    baseUrl = 'https://temporal.download',
    lookupTimeoutMs = 5_000,
  } = options
  const query = new URLSearchParams({
    platform: process.platform === 'win32' ? 'windows' : process.platform,
    arch: process.arch === 'x64' ? 'amd64' : process.arch,
    format: 'json',
  })
  const lookup = await fetch(`${baseUrl}/${artifact}/${version}?${query}`, {
    signal: AbortSignal.timeout(lookupTimeoutMs),
  })
  if (!lookup.ok) throw new Error(`${lookup.url} answered ${lookup.status}.`)
  const info = parseInfo(await lookup.json())

  const folder = `${target}.download`
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  try {
    const archive = join(folder, 'archive.tar.gz')
    const response = await fetch(info.archiveUrl, { signal: AbortSignal.timeout(300_000) })
    if (!response.ok || !response.body) throw new Error(`${info.archiveUrl} answered ${response.status}.`)
    await pipeline(response.body, createWriteStream(archive))
    const { code, output } = await runCommand({
      command: 'tar',
      args: ['-xf', archive, '-C', folder],
      timeoutMs: 120_000,
    })
    if (code !== 0) throw new Error(`The archive could not be unpacked: ${output}`)
    const program = join(folder, info.fileToExtract)
    await chmod(program, 0o755)
    await mkdir(dirname(target), { recursive: true })
    await rename(program, target)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function parseInfo(value: unknown): DownloadInfo {
  const { archiveUrl, fileToExtract } = (value ?? {}) as Partial<Record<keyof DownloadInfo, unknown>>
  if (typeof archiveUrl !== 'string' || typeof fileToExtract !== 'string' || fileToExtract.includes('..')) {
    throw new Error(`The download service answered something unexpected: ${JSON.stringify(value)}`)
  }
  return { archiveUrl, fileToExtract }
}
