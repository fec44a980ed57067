import { endpoints } from '@berth/contract/endpoints'
import { ApiKeyEntity } from '@berth/entities/api-key'
import { type DataSource, IsNull } from 'typeorm'
import { implement } from '../../http/implement.ts'
import { problem } from '../../http/problem.ts'
import { describeUserAgent } from '../sessions/describe-user-agent.ts'
import { shortenAddress } from '../sessions/shorten-address.ts'
import { createKey, toView } from './create-key.ts'

interface ApiKeyDeps {
  dataSource: DataSource
  /** Ends what still streams to this key. */
  onRevoked: (keyId: string) => void
}

export const createApiKeyRoutes = ({ dataSource, onRevoked }: ApiKeyDeps) => {
  const known = dataSource.getRepository(ApiKeyEntity)
  return implement(endpoints.apiKeys)({
    list: async ({ user }) => {
      const keys = await known.find({
        where: { userId: user.id, revokedAt: IsNull() },
        order: { createdAt: 'DESC', id: 'DESC' },
      })
      return { items: keys.map(toView) }
    },
    create: async ({ user, body, claim, request }) => {
      const madeFrom = {
        network: shortenAddress(request.ip),
        ...describeUserAgent(request.get('user-agent') ?? null),
      }
      const key = await createKey(dataSource, { userId: user.id, wish: body, claim, madeFrom })
      request.log.info({ userId: user.id, apiKeyId: key.id, scope: key.scope }, 'an API key was made')
      return key
    },
    revoke: async ({ user, params, request }) => {
      const mine = { id: params.id, userId: user.id, revokedAt: IsNull() }
      const { affected } = await known.update(mine, { revokedAt: () => 'now()' })
      if (affected !== 1) throw problem('not_found', 'There is no such API key among yours.')
      onRevoked(params.id)
      request.log.info({ userId: user.id, apiKeyId: params.id }, 'an API key was revoked')
    },
  })
}
