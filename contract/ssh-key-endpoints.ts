import { z } from 'zod'
import { endpoint, type Endpoint } from './endpoint.ts'
import { newSshKeySchema, renameSshKeySchema, sshKeySchema } from './schemas/account.ts'
import { idOf } from './schemas/common.ts'

const sshKeyParams = z.object({ id: idOf('sshKey') })

export const sshKeyEndpoints = {
  list: endpoint({
    method: 'GET',
    path: '/v1/ssh-keys',
    summary: 'Your SSH keys',
    auth: 'session',
    status: 200,
    response: z.object({ items: z.array(sshKeySchema) }).meta({ id: 'SshKeyList' }),
    problems: [],
  }),
  create: endpoint({
    method: 'POST',
    path: '/v1/ssh-keys',
    summary: 'Add an SSH key',
    auth: 'session',
    body: newSshKeySchema,
    status: 201,
    response: sshKeySchema,
    problems: ['invalid_ssh_key', 'weak_ssh_key', 'duplicate_key', 'limit_reached'],
  }),
  rename: endpoint({
    method: 'PATCH',
    path: '/v1/ssh-keys/:id',
    summary: 'Call an SSH key by another name',
    auth: 'session',
    params: sshKeyParams,
    body: renameSshKeySchema,
    status: 200,
    response: sshKeySchema,
    problems: ['not_found'],
  }),
  remove: endpoint({
    method: 'DELETE',
    path: '/v1/ssh-keys/:id',
    summary: 'Remove an SSH key; running pods keep it',
    auth: 'session',
    params: sshKeyParams,
    status: 204,
    response: null,
    problems: ['not_found'],
  }),
} as const satisfies Record<string, Endpoint>
