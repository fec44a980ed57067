import { projectPaths } from '@berth/stack/project-paths'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'

it('every row of the fault matrix names tests that exist', async () => {
  const matrix = await readFile(join(projectPaths.root, 'docs/fault-matrix.md'), 'utf8')
  const rows = matrix.split('\n').filter((line) => /^\| (?!fault \|)/.test(line))
  expect(rows.length).toBeGreaterThan(30)
  for (const row of rows) {
    const proofs = [...row.matchAll(/`(\S+\.test\.ts)` “([^”]+)”/g)]
    if (proofs.length === 0) throw new Error(`a row without proof: ${row}`)
    for (const [, file = '', title = ''] of proofs) {
      const source = await readFile(join(projectPaths.root, file), 'utf8')
      if (!source.includes(title)) throw new Error(`${file} has no test “${title}”`)
    }
  }
})
