import { newId } from '@berth/contract/ids'
import type { ApiKey, Session } from '@berth/contract/schemas/access'
import { isoAt, type World } from './world.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A dashboard that only looks, and a program that rents. */
export const exampleApiKeys = ({ nowMs }: World): ApiKey[] => [
  {
    id: newId('apiKey', nowMs() - 40 * DAY),
    name: 'Grafana',
    prefix: 'berth_4tq8xw2m',
    scope: 'read',
    createdAt: isoAt(nowMs() - 40 * DAY),
    expiresAt: null,
    lastUsedAt: isoAt(nowMs() - 4 * MINUTE),
  },
  {
    id: newId('apiKey', nowMs() - 3 * DAY),
    name: 'nightly-training',
    prefix: 'berth_j7c0rk5v',
    scope: 'full',
    createdAt: isoAt(nowMs() - 3 * DAY),
    expiresAt: isoAt(nowMs() + 87 * DAY),
    lastUsedAt: isoAt(nowMs() - 9 * HOUR),
  },
]

/** The browser that looks at this page, and a phone. */
export const exampleSessions = (nowMs: number): Session[] => [
  {
    id: newId('session', nowMs - 3 * DAY),
    browser: 'Firefox',
    system: 'Linux',
    network: '203.0.113.*',
    signedInAt: isoAt(nowMs - 3 * DAY),
    lastSeenAt: isoAt(nowMs),
    current: true,
  },
  {
    id: newId('session', nowMs - 12 * DAY),
    browser: 'Safari',
    system: 'iPhone',
    network: '2001:db8:7:*',
    signedInAt: isoAt(nowMs - 12 * DAY),
    lastSeenAt: isoAt(nowMs - 5 * HOUR),
    current: false,
  },
]
