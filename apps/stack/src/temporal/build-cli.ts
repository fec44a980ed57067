import { buildGoProgram } from '../process/build-go-program.ts'

/**
 * Builds the Temporal CLI, server and Web UI included, from the module versions pinned in `temporal/cli/go.sum`: the
 * way for machines that reach a Go module proxy but not Temporal's download service. Takes minutes, once.
 */
export const buildTemporalCli = (options: {
  go: string
  target: string
  signal?: AbortSignal
}): Promise<void> =>
  buildGoProgram({
    ...options,
    module: 'apps/stack/temporal/cli',
    name: 'github.com/temporalio/cli/cmd/temporal',
  })
