import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'

const BLOCK = /^```sh run\n(.*?)^```$/gms

/** The commands of a page of our documentation that are marked to be run, in order, as they stand there. */
export async function commandsOf(page: string): Promise<string[]> {
  const text = await readFile(new URL(`../../docs/${page}`, import.meta.url), 'utf8')
  return [...text.matchAll(BLOCK)].map(([, command = '']) => command)
}

/** Runs a command as a reader would, with these variables; ends it once `enough` of what it prints is there. */
export function runCommand(
  command: string,
  variables: Record<string, string>,
  enough: (printed: string) => boolean = () => false,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-ec', `exec ${command}`], {
      env: { PATH: process.env['PATH'], ...variables },
    })
    let [printed, complaints] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      printed += chunk
      if (enough(printed)) child.kill()
    })
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (complaints += chunk))
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0 || enough(printed)) resolve(printed)
      else reject(new Error(`"${command}" ended with ${code}: ${complaints}`))
    })
  })
}
