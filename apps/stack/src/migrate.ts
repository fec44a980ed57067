import { migrate } from '@berth/entities/migrate'
import { registerSearchAttributesAt } from './temporal/register-search-attributes.ts'

/**
 * The job before a new version runs in production: schema, application role, search attributes. Settings:
 * DATABASE_OWNER_URL, APPLICATION_PASSWORD (optional: makes the role), TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE.
 */
const { DATABASE_OWNER_URL, APPLICATION_PASSWORD, TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE } = process.env
if (!DATABASE_OWNER_URL || !TEMPORAL_ADDRESS) {
  throw new Error('Set DATABASE_OWNER_URL (who owns the schema) and TEMPORAL_ADDRESS (host:port).')
}
await migrate({
  url: DATABASE_OWNER_URL,
  ...(APPLICATION_PASSWORD ? { applicationPassword: APPLICATION_PASSWORD } : {}),
})
console.log('The schema is up to date.')
await registerSearchAttributesAt({ address: TEMPORAL_ADDRESS, namespace: TEMPORAL_NAMESPACE ?? 'default' })
console.log('Temporal knows the search attributes.')
