import { endpoints } from '@berth/contract/endpoints'
import type { DataSource } from 'typeorm'
import { implement } from '../../http/implement.ts'
import { periodOf } from './period.ts'
import { readStatement } from './read-statement.ts'
import { readUsage } from './read-usage.ts'

export const createReportRoutes = ({ dataSource }: { dataSource: DataSource }) =>
  implement(endpoints.reports)({
    usage: ({ user, query }) => readUsage(dataSource, user.id, { ...periodOf(query), by: query.by }),
    statement: ({ user, params }) => readStatement(dataSource, user, params.month),
  })
