import { endpoints } from '@berth/contract/endpoints'
import type { DataSource } from 'typeorm'
import { implement } from '../../http/implement.ts'
import { findPeople } from './find-people.ts'
import { readPerson, readPersonLedger } from './read-person.ts'

export const createOperatorPeopleRoutes = ({ dataSource }: { dataSource: DataSource }) =>
  implement(endpoints.operatorPeople)({
    find: ({ query }) => findPeople(dataSource, query.q),
    read: ({ params }) => readPerson(dataSource, params.id),
    ledger: ({ params, query }) => readPersonLedger(dataSource, params.id, query),
  })
