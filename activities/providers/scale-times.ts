import type { Provider } from './port.ts'

/** The same provider with other times: how long its pods may boot and end, how far its list may lag, how often it is asked. */
export function scaleTimes(provider: Provider, scale: number): Provider {
  const { capabilities } = provider
  // Why whole seconds: these are counted in money and written into the rental's record.
  const whole = (seconds: number): number => Math.ceil(seconds * scale)
  return {
    ...provider,
    capabilities: {
      ...capabilities,
      bootBudgetSeconds: whole(capabilities.bootBudgetSeconds),
      teardownSeconds: whole(capabilities.teardownSeconds),
      listLagSeconds: whole(capabilities.listLagSeconds),
      bootPollSeconds: capabilities.bootPollSeconds * scale,
      fleetPollSeconds: capabilities.fleetPollSeconds * scale,
    },
  }
}
