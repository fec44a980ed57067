import { DefaultLogger, type Logger as TemporalLogger } from '@temporalio/worker'
import type { Level, Logger } from 'pino'

/** Temporal's own log lines through ours, so that one stream tells the whole story. */
export const temporalLogger = (log: Logger): TemporalLogger =>
  new DefaultLogger('TRACE', ({ level, message, meta }) => {
    log[level.toLowerCase() as Level]({ ...meta }, message)
  })
