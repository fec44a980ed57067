import { chmodSync, mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { asUnprivileged, firstClosedDirectory } from './unprivileged.ts'

const nobody = { name: 'nobody', uid: 65_534, gid: 65_534 }

test('an ordinary user runs the program as it is', () => {
  expect(asUnprivileged(undefined, '/opt/postgres', ['-D', 'x'], [])).toEqual({
    command: '/opt/postgres',
    args: ['-D', 'x'],
  })
})

test('root switches to the other account where every folder on the way is open', () => {
  expect(asUnprivileged(nobody, '/usr/bin/env', [], ['/tmp/data'])).toEqual({
    command: '/usr/bin/env',
    args: [],
    uid: 65_534,
    gid: 65_534,
  })
})

test('a checkout under a closed folder is reached with one capability more', () => {
  const { inside } = setup()
  const { command, args, uid } = asUnprivileged(nobody, '/usr/bin/env', ['-D', inside], [inside])
  expect(command).toBe('/usr/bin/setpriv')
  expect(uid).toBeUndefined()
  expect(args).toContain('--reuid=65534')
  expect(args).toContain('--ambient-caps=-all,+dac_override')
  expect(args.slice(-3)).toEqual(['/usr/bin/env', '-D', inside])
})

test('names the outermost closed folder, whether or not the path exists yet', () => {
  const { closed, inside } = setup()
  expect(firstClosedDirectory(inside)).toBe(closed)
  expect(firstClosedDirectory('/usr/bin/env')).toBeUndefined()
})

function setup(): { closed: string; inside: string } {
  const open = mkdtempSync(join(tmpdir(), 'berth-door-'))
  chmodSync(open, 0o755)
  const closed = join(open, 'closed')
  mkdirSync(closed, { mode: 0o700 })
  return { closed, inside: join(closed, 'data', 'postgres') }
}
