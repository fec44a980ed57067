import { z } from 'zod'
import { endpoint, type Endpoint } from './endpoint.ts'
import { idOf } from './schemas/common.ts'
import {
  booksSchema,
  forceEndSchema,
  operatorProviderSchema,
  operatorProvidersSchema,
  operatorRentalPageSchema,
  operatorRentalSchema,
  operatorRentalsQuery,
  switchProviderSchema,
} from './schemas/operator.ts'
import {
  reconciliationQuery,
  reconciliationSchema,
  reconciliationStatusSchema,
} from './schemas/reconciliation.ts'

const rentalParams = z.object({ id: idOf('rental') })

/** For those who keep the marketplace running; to everybody else none of it is there. */
export const operatorEndpoints = {
  rentals: endpoint({
    method: 'GET',
    path: '/v1/operator/rentals',
    summary: 'Everybody’s rentals, stuck ones and the newest trouble first',
    auth: 'operator',
    query: operatorRentalsQuery,
    status: 200,
    response: operatorRentalPageSchema,
    problems: [],
  }),
  retry: endpoint({
    method: 'POST',
    path: '/v1/operator/rentals/:id/retry',
    summary: 'Stop waiting and try the pending step again now',
    auth: 'operator',
    params: rentalParams,
    status: 202,
    response: operatorRentalSchema,
    problems: ['not_stoppable', 'orchestrator_unavailable'],
  }),
  forceEnd: endpoint({
    method: 'POST',
    path: '/v1/operator/rentals/:id/force-end',
    summary: 'End a rental: the pod is destroyed and the reason told to the renter',
    description: 'The first reason counts; repeating it changes nothing.',
    auth: 'operator',
    params: rentalParams,
    body: forceEndSchema,
    status: 202,
    response: operatorRentalSchema,
    problems: ['not_stoppable', 'orchestrator_unavailable'],
  }),
  providers: endpoint({
    method: 'GET',
    path: '/v1/operator/providers',
    summary: 'Our upstream accounts and how they do',
    auth: 'operator',
    status: 200,
    response: operatorProvidersSchema,
    problems: [],
  }),
  switchProvider: endpoint({
    method: 'PUT',
    path: '/v1/operator/providers/:account',
    summary: 'Open or close an upstream account for everybody, at once',
    auth: 'operator',
    params: z.object({ account: z.string().min(1).max(100) }),
    body: switchProviderSchema,
    status: 200,
    response: operatorProviderSchema,
    problems: [],
  }),
  books: endpoint({
    method: 'GET',
    path: '/v1/operator/books',
    summary: 'What was charged, what it cost us, what is owed',
    auth: 'operator',
    status: 200,
    response: booksSchema,
    problems: [],
  }),
  reconciliation: endpoint({
    method: 'GET',
    path: '/v1/operator/reconciliation',
    summary:
      'What providers charged us against what we charged, by rental and provider; what needs a look first',
    description: 'Figures are of a rental’s whole life, as its last reconciliation found them.',
    auth: 'operator',
    query: reconciliationQuery,
    status: 200,
    response: reconciliationSchema,
    problems: [],
  }),
  reconcileNow: endpoint({
    method: 'POST',
    path: '/v1/operator/reconciliation/runs',
    summary: 'Reconcile now instead of at night',
    description: 'While a run is under way it changes nothing: that run is what was asked for.',
    auth: 'operator',
    status: 202,
    response: reconciliationStatusSchema,
    problems: ['orchestrator_unavailable'],
  }),
} as const satisfies Record<string, Endpoint>
