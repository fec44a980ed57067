import type { ReportOddity } from '../http/status-words.ts'
import type { InstanceState } from '../port.ts'
import type { VastInstance } from './schema.ts'

/** What the host says of the container, as far as we know its words. */
const BOOTING = new Set(['created', 'loading', 'scheduling', 'rebooting', 'recycling'])
const DOWN = new Set(['exited', 'stopped', 'offline', 'inactive'])

interface StateMapOptions {
  provider: string
  report: ReportOddity
}

/**
 * Where an instance is, by four words: what the host says, what was intended, what the contract is and will be. An outbid
 * instance reads like one that its owner stopped; since we never stop an interruptible one, it was outbid.
 */
export function createStateMap({ provider, report }: StateMapOptions) {
  return function stateOf(instance: VastInstance): InstanceState {
    const { actual_status: actual, intended_status: intended, is_bid: isBid } = instance
    if (actual === null || actual === undefined || BOOTING.has(actual)) return unstarted(instance)
    if (actual === 'running') return instance.next_state === 'stopped' ? 'stopping' : 'running'
    if (DOWN.has(actual)) {
      if (intended === 'stopped') return isBid ? 'interrupted' : 'stopped'
      return down(instance)
    }
    // Why silent: Vast itself says "unknown" of a host that it does not hear.
    if (actual !== 'unknown') report({ provider, what: 'instance status', word: actual })
    return 'unknown'
  }
}

const unstarted = ({ intended_status: intended, is_bid: isBid }: VastInstance): InstanceState => {
  if (intended !== 'stopped') return 'provisioning'
  return isBid ? 'interrupted' : 'stopped'
}

/** Not running though it is meant to. */
function down({ actual_status: actual, cur_state: current, next_state: next }: VastInstance): InstanceState {
  // Its GPU is taken, and it waits for it: no failure yet, but the boot budget runs.
  if (current === 'stopped') return next === 'running' ? 'provisioning' : 'interrupted'
  return actual === 'exited' ? 'failed' : 'interrupted'
}
