import { parseEnvironment } from '../kit/cloud-config.ts'
import type { TensorDockInstance } from './instance.ts'
import type { CloudInit } from './requests.ts'

const COPY = /^install (?:-D )?(?:-m \d+ )?(?:-o \w+ )?(?:-g \w+ )?(\/\S+) (\/\S+)$/
const APPEND = /^cat (\/\S+) >> (\/\S+)$/

interface FirstBoot {
  readonly sshKey: string
  readonly cloudInit: CloudInit | undefined
}

/**
 * What the first boot leaves behind: files written, and those that a command copies or appends; other commands run without
 * a trace. The image lets the given key in as `user`; root can be entered where its authorized_keys were written.
 */
export function firstBoot({ sshKey, cloudInit }: FirstBoot): TensorDockInstance['login'] {
  const files = new Map(cloudInit?.write_files.map(({ path, content }) => [path, content]))
  for (const command of cloudInit?.runcmd ?? []) run(command, files)
  const rootKeys = files.get('/root/.ssh/authorized_keys')
  return {
    username: rootKeys === undefined ? 'user' : 'root',
    authorizedKeys: rootKeys ?? sshKey,
    env: parseEnvironment(files.get('/etc/environment') ?? ''),
  }
}

function run(command: string, files: Map<string, string>): void {
  const [, copied = '', target] = COPY.exec(command) ?? []
  if (target !== undefined) files.set(target, files.get(copied) ?? '')
  const [, appended = '', grown] = APPEND.exec(command) ?? []
  if (grown !== undefined) files.set(grown, `${files.get(grown) ?? ''}${files.get(appended) ?? ''}`)
}
