import type { Part, StartContext, StartedPart } from '../part.ts'
import { startNodeProcess, type NodeProcessOptions } from './node-process.ts'

/** A process of ours that keeps nothing of its own: it is started again when it dies, and its log goes on. */
export function restartingProcess({
  needs,
  ...options
}: Pick<Part, 'needs'> & Omit<NodeProcessOptions, 'append'>): Part {
  const run = async (context: StartContext, append: boolean): Promise<StartedPart> => ({
    ...(await startNodeProcess({ ...options, append }, context)),
    restart: (again) => run(again, true),
  })
  return { name: options.name, needs, start: (context) => run(context, false) }
}
