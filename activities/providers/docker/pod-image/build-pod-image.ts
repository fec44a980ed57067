import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type Docker from 'dockerode'
import { pack } from 'tar-stream'
import { ProviderError } from '../../provider-error.ts'
import { addDebianRoot, hasApt, PACKAGES } from './debian-root.ts'

/** The image pods get where nobody asks for another: busybox, an SSH server, SFTP; made here, of no registry. */
export const POD_IMAGE = 'berth-pod:local'

const LABEL = 'berth.pod-image'
const ENTRYPOINT_PATH = 'pod-entrypoint'
const BUILD_TIMEOUT_MS = 5 * 60_000

const DOCKERFILE = `FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends busybox-static dropbear-bin openssh-sftp-server && rm -rf /var/lib/apt/lists/*
COPY ${ENTRYPOINT_PATH} /${ENTRYPOINT_PATH}
ENTRYPOINT ["/${ENTRYPOINT_PATH}"]
`

export interface BuildPodImageOptions {
  docker: Docker
  signal: AbortSignal
}

/**
 * Makes `berth-pod:local` unless the engine has it as it is written here. Where apt is at hand the root is put together of
 * Debian's packages and imported, which needs no image registry; elsewhere the engine builds it from a Dockerfile.
 */
export async function buildPodImage({ docker, signal }: BuildPodImageOptions): Promise<string> {
  const entrypoint = await readFile(new URL('./entrypoint.sh', import.meta.url))
  const recipe = createHash('sha256').update(entrypoint).update(DOCKERFILE).update(PACKAGES.join())
  const version = recipe.digest('hex').slice(0, 16)
  if ((await builtVersion(docker)) === version) return POD_IMAGE
  const bound = AbortSignal.any([signal, AbortSignal.timeout(BUILD_TIMEOUT_MS)])
  try {
    const progress = (await hasApt())
      ? await importRoot({ docker, entrypoint, version, signal: bound })
      : await buildFromDockerfile({ docker, entrypoint, version, signal: bound })
    await finished(docker, progress)
  } catch (cause) {
    const words = `the pod image can not be made: ${cause instanceof Error ? cause.message : String(cause)}`
    throw new ProviderError({ provider: 'docker', kind: 'unavailable', words, cause })
  }
  return POD_IMAGE
}

async function builtVersion(docker: Docker): Promise<string | null> {
  try {
    return (await docker.getImage(POD_IMAGE).inspect()).Config.Labels?.[LABEL] ?? null
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return null
    throw error
  }
}

interface Making extends BuildPodImageOptions {
  entrypoint: Buffer
  version: string
}

async function importRoot({ docker, entrypoint, version, signal }: Making): Promise<NodeJS.ReadableStream> {
  const root = pack()
  const filling = fillRoot(root, entrypoint, signal).catch((error: Error) => root.destroy(error))
  // Why a list: the engine reads one instruction from each parameter and drops what follows a line break.
  const changes = [
    `ENTRYPOINT ["/${ENTRYPOINT_PATH}"]`,
    'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin',
    'WORKDIR /root',
    `LABEL ${LABEL}=${version}`,
  ]
  const [repo, tag] = POD_IMAGE.split(':')
  const options = { repo, tag, changes, abortSignal: signal }
  const [progress] = await Promise.all([docker.importImage(Readable.from(root), options), filling])
  return progress
}

async function fillRoot(
  root: ReturnType<typeof pack>,
  entrypoint: Buffer,
  signal: AbortSignal,
): Promise<void> {
  await addDebianRoot(root, signal)
  root.entry({ name: ENTRYPOINT_PATH, mode: 0o755 }, entrypoint)
  root.finalize()
}

async function buildFromDockerfile({
  docker,
  entrypoint,
  version,
  signal,
}: Making): Promise<NodeJS.ReadableStream> {
  const context = pack()
  context.entry({ name: 'Dockerfile' }, DOCKERFILE)
  context.entry({ name: ENTRYPOINT_PATH, mode: 0o755 }, entrypoint)
  context.finalize()
  return docker.buildImage(Readable.from(context), {
    t: POD_IMAGE,
    labels: { [LABEL]: version },
    abortSignal: signal,
  })
}

/** The engine answers 200 at once and tells of a failure in the stream. */
function finished(docker: Docker, progress: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    docker.modem.followProgress(progress, (error, events: { error?: string }[] | null) => {
      const told = events?.find((event) => event.error !== undefined)?.error
      if (error) reject(error)
      else if (told !== undefined) reject(new Error(told))
      else resolve()
    })
  })
}
