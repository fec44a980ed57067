import { z } from 'zod'
import { endpoint, type Endpoint } from './endpoint.ts'
import { idOf } from './schemas/common.ts'
import {
  operatorPersonSchema,
  peopleQuery,
  peopleSchema,
  personLedgerPageSchema,
  personLedgerQuery,
} from './schemas/operator-people.ts'

const personParams = z.object({ id: idOf('user') })

/** Whose wallet it is, for operators; to everybody else none of it is there. */
export const operatorPeopleEndpoints = {
  find: endpoint({
    method: 'GET',
    path: '/v1/operator/people',
    summary: 'People by handle, name or e-mail address',
    description: 'Twenty at most: an exact match first, then who owes most, then the newest.',
    auth: 'operator',
    query: peopleQuery,
    status: 200,
    response: peopleSchema,
    problems: [],
  }),
  read: endpoint({
    method: 'GET',
    path: '/v1/operator/people/:id',
    summary: 'One person and their wallet',
    auth: 'operator',
    params: personParams,
    status: 200,
    response: operatorPersonSchema,
    problems: [],
  }),
  ledger: endpoint({
    method: 'GET',
    path: '/v1/operator/people/:id/ledger',
    summary: 'A person’s statement, newest first; corrections say which operator made them',
    auth: 'operator',
    params: personParams,
    query: personLedgerQuery,
    status: 200,
    response: personLedgerPageSchema,
    problems: [],
  }),
} as const satisfies Record<string, Endpoint>
