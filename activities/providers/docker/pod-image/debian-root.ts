import { execFile, spawn } from 'node:child_process'
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { type Extract, extract, type Header, type Pack } from 'tar-stream'

const run = promisify(execFile)

/** An SSH server, its libraries, SFTP for file copies, and one static binary that is everything else. */
export const PACKAGES = [
  'busybox-static',
  'dropbear-bin',
  'openssh-sftp-server',
  'libc6',
  'libgcc-s1',
  'libcrypt1',
  'libtomcrypt1',
  'libtommath1',
  'libgmp10',
  'zlib1g',
]

/** Parts of the packages that no pod needs; two thirds of the bytes. */
const LEFT_OUT = /^usr\/(share|lib\/[^/]+\/gconv|lib\/[^/]+\/audit)\//
const LINKED_TO_USR = ['bin', 'sbin', 'lib', 'lib64']

const FILES: [name: string, content: string][] = [
  ['etc/passwd', 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\n'],
  ['etc/group', 'root:x:0:\ntty:x:5:\nnogroup:x:65534:\n'],
  ['etc/shells', '/bin/sh\n'],
  ['etc/nsswitch.conf', 'passwd: files\ngroup: files\nhosts: files dns\n'],
  ['etc/profile', "PS1='\\u@\\h:\\w\\$ '\n"],
]
const FOLDERS: [name: string, mode: number][] = [
  ['root', 0o700],
  ['tmp', 0o1777],
  ['run', 0o755],
  ['proc', 0o755],
  ['sys', 0o755],
  ['dev', 0o755],
  ['var', 0o755],
  ['var/log', 0o755],
  ['workspace', 0o755],
]

/** Whether this machine can fetch and unpack Debian packages. */
export async function hasApt(): Promise<boolean> {
  try {
    await run('apt-get', ['--version'])
    await run('dpkg-deb', ['--version'])
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

/** Writes a root file system for a pod into this tar, without its entry point. */
export async function addDebianRoot(root: Pack, signal: AbortSignal): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'berth-pod-image-'))
  // Why: packages name the folders they share once each, and an engine refuses a path that comes twice.
  const known = new Set<string>()
  const isNew = (name: string): boolean => known.size < known.add(name).size
  const addFolder = (name: string, mode = 0o755): void => {
    if (isNew(name)) root.entry({ name, type: 'directory', mode })
  }
  try {
    // Why: apt hands its downloads to a user of its own.
    await chmod(dir, 0o777)
    await download(dir, signal)
    addFolder('usr')
    for (const name of LINKED_TO_USR) {
      addFolder(`usr/${name}`)
      root.entry({ name, type: 'symlink', linkname: `usr/${name}` })
    }
    for (const [name, mode] of FOLDERS) addFolder(name, mode)
    for (const file of (await readdir(dir)).filter((name) => name.endsWith('.deb')).toSorted()) {
      await addPackage({ root, file: join(dir, file), isNew, signal })
    }
    addFolder('etc')
    for (const [name, content] of FILES) root.entry({ name, mode: 0o644 }, content)
    root.entry({ name: 'usr/bin/sh', type: 'symlink', linkname: 'busybox' })
  } finally {
    await rm(dir, { recursive: true })
  }
}

async function download(dir: string, signal: AbortSignal): Promise<void> {
  const fetchAll = () => run('apt-get', ['download', '--quiet', ...PACKAGES], { cwd: dir, signal })
  try {
    await fetchAll()
  } catch {
    // Why once more: a machine that never updated its package lists knows no package at all.
    await run('apt-get', ['update', '--quiet'], { signal })
    await fetchAll()
  }
}

interface AddPackage {
  root: Pack
  file: string
  isNew: (name: string) => boolean
  signal: AbortSignal
}

async function addPackage({ root, file, isNew, signal }: AddPackage): Promise<void> {
  const unpacking = spawn('dpkg-deb', ['--fsys-tarfile', file], {
    stdio: ['ignore', 'pipe', 'ignore'],
    signal,
  })
  const ended = new Promise<void>((resolve, reject) => {
    unpacking.on('error', reject)
    unpacking.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`dpkg-deb ended with ${code} on ${basename(file)}`)),
    )
  })
  const reader = extract()
  await Promise.all([ended, pipeline(unpacking.stdout, reader), copyEntries({ reader, root, isNew })])
}

interface CopyEntries {
  reader: Extract
  root: Pack
  isNew: (name: string) => boolean
}

async function copyEntries({ reader, root, isNew }: CopyEntries): Promise<void> {
  for await (const entry of reader) {
    const header = underUsr(entry.header)
    if (header === null || !isNew(header.name)) entry.resume()
    else await pipeline(entry, root.entry(header))
  }
}

/** The entry as it stands in a root whose /bin, /lib and /sbin are links into /usr; null for what is left out. */
function underUsr(header: Header): Header | null {
  const plain = header.name.replace(/^\.?\//, '').replace(/\/$/, '')
  const name = /^(bin|sbin|lib|lib64)(\/|$)/.test(plain) ? `usr/${plain}` : plain
  if (name === '' || LINKED_TO_USR.includes(name) || LEFT_OUT.test(`${name}/`)) return null
  return { ...header, name }
}
