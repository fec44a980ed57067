import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The first of `names` that is an executable file in a directory of `path`, as a shell would find it. */
export function findOnPath(names: string[], path: string | undefined): string | undefined {
  for (const name of names) {
    for (const directory of (path ?? '').split(delimiter)) {
      if (directory === '') continue
      const candidate = join(directory, name)
      if (isExecutable(candidate)) return candidate
    }
  }
  return undefined
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
