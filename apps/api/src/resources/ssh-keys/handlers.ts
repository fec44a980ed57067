import { endpoints } from '@berth/contract/endpoints'
import { newId } from '@berth/contract/ids'
import type { SshKey as SshKeyView } from '@berth/contract/schemas/account'
import { type SshKey, SshKeyEntity } from '@berth/entities/ssh-key'
import type { DataSource } from 'typeorm'
import { implement } from '../../http/implement.ts'
import { problem } from '../../http/problem.ts'
import { parsePublicKey } from './parse-public-key.ts'

const MAX_KEYS = 50

export const createSshKeyRoutes = ({ dataSource }: { dataSource: DataSource }) =>
  implement(endpoints.sshKeys)({
    list: async ({ user }) => {
      const keys = await dataSource
        .getRepository(SshKeyEntity)
        .find({ where: { userId: user.id }, order: { createdAt: 'DESC', id: 'DESC' } })
      return { items: keys.map(toView) }
    },
    create: async ({ user, body }) => {
      const parsed = parsePublicKey(body.publicKey)
      if (!parsed.ok) {
        const { complaint: code, detail, limit } = parsed
        throw problem(parsed.code, detail, {
          errors: [{ pointer: '/publicKey', detail, code, ...(limit !== undefined && { limit }) }],
        })
      }
      const { type, line, fingerprint } = parsed.key
      return addKey(dataSource, { userId: user.id, name: body.name, type, publicKey: line, fingerprint })
    },
    rename: async ({ user, params, body }) => {
      const keys = dataSource.getRepository(SshKeyEntity)
      const mine = { id: params.id, userId: user.id }
      const { affected } = await keys.update(mine, { name: body.name })
      const key = affected === 1 ? await keys.findOneBy(mine) : null
      if (!key) throw noSuchKey()
      return toView(key)
    },
    remove: async ({ user, params }) => {
      const { affected } = await dataSource
        .getRepository(SshKeyEntity)
        .delete({ id: params.id, userId: user.id })
      if (affected !== 1) throw noSuchKey()
    },
  })

const noSuchKey = () => problem('not_found', 'There is no such SSH key among yours.')

async function addKey(
  dataSource: DataSource,
  key: Pick<SshKey, 'userId' | 'name' | 'type' | 'publicKey' | 'fingerprint'>,
): Promise<SshKeyView> {
  const keys = dataSource.getRepository(SshKeyEntity)
  if ((await keys.countBy({ userId: key.userId })) >= MAX_KEYS) {
    throw problem(
      'limit_reached',
      `You have ${MAX_KEYS} keys, which is the most. Remove one you no longer use.`,
    )
  }
  const id = newId('sshKey')
  const { raw } = await keys
    .createQueryBuilder()
    .insert()
    .values({ id, ...key })
    .orIgnore()
    .returning('id')
    .execute()
  if ((raw as unknown[]).length === 1) return toView(await keys.findOneByOrFail({ id }))
  const same = await keys.findOneBy({ userId: key.userId, fingerprint: key.fingerprint })
  throw problem(
    'duplicate_key',
    `You have this key already${same ? `, as "${same.name}"` : ''}. Nothing was changed.`,
  )
}

const toView = (key: SshKey): SshKeyView => ({
  id: key.id,
  name: key.name,
  type: key.type,
  fingerprint: key.fingerprint,
  publicKey: key.publicKey,
  createdAt: key.createdAt.toISOString(),
})
