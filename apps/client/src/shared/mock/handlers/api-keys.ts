import { API_KEY_START } from '@berth/contract/api-keys'
import { newId } from '@berth/contract/ids'
import type { ApiKey } from '@berth/contract/schemas/access'
import type { MockGroup } from '../mock-handlers.ts'
import { noticeOfApiKey } from '../world/notices.ts'
import { refuse } from '../world/refuse.ts'
import { isoAt } from '../world/world.ts'

const MAX_KEYS = 25
const DAY_MS = 86_400_000
const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz'

export const apiKeyHandlers: MockGroup<'apiKeys'> = {
  list: ({ world }) => ({ items: [...world.state.apiKeys].reverse() }),
  create: ({ world, body }) => {
    if (world.state.apiKeys.length >= MAX_KEYS) {
      throw refuse(
        'limit_reached',
        `You have ${MAX_KEYS} API keys, which is the most. Revoke one that you no longer use.`,
      )
    }
    const secret = newSecret()
    const nowMs = world.nowMs()
    const { expiresInDays, ...wish } = body
    const key: ApiKey = {
      ...wish,
      id: newId('apiKey', nowMs),
      prefix: secret.slice(0, API_KEY_START.length + 8),
      createdAt: isoAt(nowMs),
      expiresAt: expiresInDays === null ? null : isoAt(nowMs + expiresInDays * DAY_MS),
      lastUsedAt: null,
    }
    world.state.apiKeys.push(key)
    noticeOfApiKey(world, nowMs, key)
    return { ...key, secret }
  },
  revoke: ({ world, params }) => {
    const index = world.state.apiKeys.findIndex(({ id }) => id === params.id)
    if (index === -1) throw refuse('not_found', 'There is no such API key among yours.')
    world.state.apiKeys.splice(index, 1)
    return undefined
  },
}

function newSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(40))
  return API_KEY_START + Array.from(bytes, (byte) => LETTERS.charAt(byte % LETTERS.length)).join('')
}
