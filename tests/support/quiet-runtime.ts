import { DefaultLogger, Runtime } from '@temporalio/worker'

/**
 * Temporal's chatter about starting and stopping workers drowns what a failed test says. The native core is quiet about
 * workflow tasks too: when simulated time jumps while one is being worked on, it times out and is simply done again.
 */
Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: 'temporalio_sdk_core::worker::workflow=off,error' } },
})
