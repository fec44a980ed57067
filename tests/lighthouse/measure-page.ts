import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runCommand } from '@berth/stack/process/run-command'

/** The last one that runs on Node 20. Fetched when it is asked for: it is larger than all that the product itself needs. */
const LIGHTHOUSE = 'lighthouse@12.8.2'

export interface Measure {
  /** Scores of 100. */
  performance: number
  accessibility: number
  /** Cumulative layout shift. */
  layoutShift: number
  largestPaintMs: number
  blockedMs: number
}

interface Report {
  runtimeError?: { message: string }
  categories: Record<'performance' | 'accessibility', { score: number | null }>
  audits: Record<
    'cumulative-layout-shift' | 'largest-contentful-paint' | 'total-blocking-time',
    { numericValue?: number }
  >
}

interface Measuring {
  url: string
  browser: string
  /** For the report, and to run in. */
  folder: string
}

/**
 * Loads a page once as Lighthouse's desktop does, in a browser of its own. Throws where it could not be measured, even at
 * the second try: a browser that starts slowly can lose the beginning of its own trace.
 */
export async function measurePage(options: Measuring): Promise<Measure> {
  return measureOnce(options).catch(() => measureOnce(options))
}

async function measureOnce(options: Measuring): Promise<Measure> {
  const file = join(options.folder, 'report.json')
  const settings = [
    '--preset=desktop',
    '--only-categories=performance,accessibility',
    '--output=json',
    `--output-path=${file}`,
    '--quiet',
    '--no-enable-error-reporting',
    '--chrome-flags=--headless=new --no-sandbox',
  ]
  const { code, output } = await runCommand({
    command: 'npm',
    args: ['exec', '--yes', `--package=${LIGHTHOUSE}`, '--', 'lighthouse', options.url, ...settings],
    cwd: options.folder,
    env: { ...process.env, CHROME_PATH: options.browser },
    timeoutMs: 300_000,
  })
  if (code !== 0) throw new Error(`Lighthouse ended with exit code ${code}:\n${output.trimEnd()}`)
  return measureOf(JSON.parse(await readFile(file, 'utf8')) as Report)
}

function measureOf({ runtimeError, categories, audits }: Report): Measure {
  if (runtimeError) throw new Error(`Lighthouse could not measure the page: ${runtimeError.message}`)
  const score = (name: keyof Report['categories']): number => Math.round((categories[name].score ?? 0) * 100)
  const figure = (name: keyof Report['audits']): number => audits[name].numericValue ?? Number.NaN
  return {
    performance: score('performance'),
    accessibility: score('accessibility'),
    layoutShift: figure('cumulative-layout-shift'),
    largestPaintMs: figure('largest-contentful-paint'),
    blockedMs: figure('total-blocking-time'),
  }
}

/** Figure by figure: what is usual, whatever one slow run says. */
export function medianOf(measures: readonly Measure[]): Measure {
  const middle = (name: keyof Measure): number => {
    const figures = measures.map((measure) => measure[name]).sort((a, b) => a - b)
    return figures[Math.floor(figures.length / 2)] ?? Number.NaN
  }
  return {
    performance: middle('performance'),
    accessibility: middle('accessibility'),
    layoutShift: middle('layoutShift'),
    largestPaintMs: middle('largestPaintMs'),
    blockedMs: middle('blockedMs'),
  }
}
