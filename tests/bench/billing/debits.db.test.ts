import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { aptInstaller } from '@berth/stack/process/apt-install'
import { findOnPath } from '@berth/stack/process/find-on-path'
import { expect, inject, test } from 'vitest'
import { startRedis } from './bullmq.ts'
import { measureDebits } from './debits.ts'

const onPath = (name: string): boolean => findOnPath([name], process.env.PATH) !== undefined
const hasPrograms = (onPath('pgbench') && onPath('redis-server')) || aptInstaller(process.env) !== undefined

/** The benchmark in short: that every side does its work and the books are right, not how fast. */
test.runIf(hasPrograms)(
  'every side of the billing benchmark debits, and the books are right afterwards',
  { timeout: 300_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'berth-bench-'))
    const redis = await startRedis(folder)
    try {
      const { series, broken } = await measureDebits({
        cluster: inject('postgres'),
        redis,
        folder,
        plan: { rounds: 1, seconds: 1, wallets: 20, shared: { wallets: 2, pods: 10 } },
        say: () => undefined,
      })
      expect(broken).toEqual([])
      const idle = Object.values(series).filter(
        ({ values: [rate = 0, ...more] }) => rate === 0 || more.length > 0,
      )
      expect(idle).toEqual([])
    } finally {
      await redis.stop()
      await rm(folder, { recursive: true, force: true })
    }
  },
)
