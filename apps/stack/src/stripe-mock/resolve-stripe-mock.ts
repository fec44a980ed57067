import { readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { buildGoProgram, findGo } from '../process/build-go-program.ts'
import { makeOnce } from '../process/make-once.ts'
import { runCommand } from '../process/run-command.ts'
import { projectPaths } from '../project-paths.ts'

/** Keep in step with `stripe-mock/go.mod`. */
const version = '0.203.0'
const module = 'apps/stack/stripe-mock'
const name = 'github.com/stripe/stripe-mock'

export interface StripeMock {
  program: string
  /** The OpenAPI document it checks requests against. */
  spec: string
}

/**
 * Stripe's own mock server, which refuses every request that Stripe's OpenAPI does not allow: cached, or built with Go
 * from the module pinned in `stripe-mock/go.sum` (half a minute, once).
 */
export async function resolveStripeMock(env: NodeJS.ProcessEnv): Promise<StripeMock> {
  const folder = join(projectPaths.cache, `stripe-mock-${version}`)
  const [program, spec] = [join(folder, 'stripe-mock'), join(folder, 'spec3.json')]
  const go = () => {
    const found = findGo(env.PATH)
    if (found !== undefined) return found
    throw new Error(
      'Requests to Stripe are checked by stripe-mock, and there is no Go to build it with. Install Go 1.25.',
    )
  }
  await makeOnce(spec, () => writeSpec(go(), spec))
  await makeOnce(program, () => buildGoProgram({ go: go(), module, name, target: program }))
  return { program, spec }
}

/**
 * The document that comes with the program, of the API as of 2026-08-26, brought to the version we speak: all that
 * Stripe changed between the two in what we send is the name of one parameter.
 * Source: https://docs.stripe.com/changelog, version endive
 */
async function writeSpec(go: string, target: string): Promise<void> {
  const cwd = join(projectPaths.root, module)
  const download = { command: go, args: ['mod', 'download', name], cwd, timeoutMs: 300_000 }
  const list = { command: go, args: ['list', '-m', '-f', '{{.Dir}}', name], cwd, timeoutMs: 60_000 }
  for (const command of [download, list]) {
    const { code, output } = await runCommand(command)
    if (code !== 0) throw new Error(`go ${command.args.join(' ')} ended with exit code ${code}:\n${output}`)
    if (command === list) await rewrite(join(output.trim(), 'embedded/openapi/spec3.json'), target)
  }
}

async function rewrite(source: string, target: string): Promise<void> {
  const document = JSON.parse(await readFile(source, 'utf8')) as { paths: Record<string, Operations> }
  for (const path of ['/v1/checkout/sessions', '/v1/payment_intents']) {
    const body = document.paths[path]?.post?.requestBody?.content['application/x-www-form-urlencoded']
    const properties = body?.schema.properties
    if (properties?.['payment_method_types'] === undefined) {
      throw new Error(`stripe-mock ${version} does not document payment_method_types of ${path}`)
    }
    properties['allowed_payment_method_types'] = properties['payment_method_types']
    delete properties['payment_method_types']
  }
  const partial = join(dirname(target), 'spec3.partial')
  await writeFile(partial, JSON.stringify(document))
  await rename(partial, target)
}

interface Operations {
  post?: {
    requestBody?: {
      content: Record<string, { schema: { properties?: Record<string, unknown> } }>
    }
  }
}
