import { z } from 'zod'
import { endpoint, type Endpoint } from './endpoint.ts'
import {
  apiKeySchema,
  createdApiKeySchema,
  endedSessionsSchema,
  newApiKeySchema,
  sessionSchema,
} from './schemas/access.ts'
import { accountChangesSchema, userSchema } from './schemas/account.ts'
import { idOf } from './schemas/common.ts'

/** Who is signed in, and what they choose for themselves. */
export const authEndpoints = {
  me: endpoint({
    method: 'GET',
    path: '/v1/auth/me',
    summary: 'Who is signed in',
    auth: 'session',
    status: 200,
    response: userSchema,
    problems: [],
  }),
  change: endpoint({
    method: 'PATCH',
    path: '/v1/auth/me',
    summary: 'Change what is yours to choose: the language of e-mails',
    auth: 'session',
    body: accountChangesSchema,
    status: 200,
    response: userSchema,
    problems: [],
  }),
  logout: endpoint({
    method: 'POST',
    path: '/v1/auth/logout',
    summary: 'Sign out of this browser',
    auth: 'session',
    apiKey: 'never',
    status: 204,
    response: null,
    problems: [],
  }),
} as const satisfies Record<string, Endpoint>

/** Keys for programs. No key manages keys: one that leaked could otherwise outlive its own end. */
export const apiKeyEndpoints = {
  list: endpoint({
    method: 'GET',
    path: '/v1/api-keys',
    summary: 'Your API keys, newest first, without those revoked',
    auth: 'session',
    apiKey: 'never',
    status: 200,
    response: z.object({ items: z.array(apiKeySchema) }).meta({ id: 'ApiKeyList' }),
    problems: [],
  }),
  create: endpoint({
    method: 'POST',
    path: '/v1/api-keys',
    summary: 'Make an API key; the answer shows it, once',
    auth: 'session',
    apiKey: 'never',
    idempotency: 'required',
    toldOnce: 'secret',
    body: newApiKeySchema,
    status: 201,
    response: createdApiKeySchema,
    problems: ['limit_reached'],
  }),
  revoke: endpoint({
    method: 'DELETE',
    path: '/v1/api-keys/:id',
    summary: 'Revoke an API key, at once and for good',
    auth: 'session',
    apiKey: 'never',
    params: z.object({ id: idOf('apiKey') }),
    status: 204,
    response: null,
    problems: ['not_found'],
  }),
} as const satisfies Record<string, Endpoint>

/** Where somebody is signed in. */
export const sessionEndpoints = {
  list: endpoint({
    method: 'GET',
    path: '/v1/sessions',
    summary: 'Where you are signed in, last seen first',
    auth: 'session',
    apiKey: 'never',
    status: 200,
    response: z.object({ items: z.array(sessionSchema) }).meta({ id: 'SessionList' }),
    problems: [],
  }),
  end: endpoint({
    method: 'DELETE',
    path: '/v1/sessions/:id',
    summary: 'Sign out there, at once',
    auth: 'session',
    apiKey: 'never',
    params: z.object({ id: idOf('session') }),
    status: 204,
    response: null,
    problems: ['not_found'],
  }),
  endOthers: endpoint({
    method: 'POST',
    path: '/v1/sessions/end-others',
    summary: 'Sign out everywhere but here',
    auth: 'session',
    apiKey: 'never',
    status: 200,
    response: endedSessionsSchema,
    problems: [],
  }),
} as const satisfies Record<string, Endpoint>
