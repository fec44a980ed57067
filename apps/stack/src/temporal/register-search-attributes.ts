import { Connection } from '@temporalio/client'
import { searchAttributes } from './search-attributes.ts'

/** Values of temporal.api.enums.v1.IndexedValueType. */
const indexedValueTypes = { Keyword: 2, Datetime: 6 } as const
const alreadyExists = 6

/**
 * Makes a Temporal server know our search attributes: one that does not refuses to start a rental. The development
 * server gets them as arguments instead. One at a time, because a single known one would refuse the rest.
 */
export async function registerSearchAttributes(options: {
  operatorService: Connection['operatorService']
  namespace: string
}): Promise<void> {
  const { operatorService, namespace } = options
  for (const [name, type] of Object.entries(searchAttributes)) {
    try {
      await operatorService.addSearchAttributes({
        namespace,
        searchAttributes: { [name]: indexedValueTypes[type] },
      })
    } catch (error) {
      if ((error as { code?: unknown }).code !== alreadyExists) throw error
    }
  }
}

/** The same for a server that is known by its address only. */
export async function registerSearchAttributesAt(options: {
  address: string
  namespace: string
}): Promise<void> {
  const connection = await Connection.connect({ address: options.address, connectTimeout: '30s' })
  try {
    await registerSearchAttributes({
      operatorService: connection.operatorService,
      namespace: options.namespace,
    })
  } finally {
    await connection.close()
  }
}
