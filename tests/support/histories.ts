import { temporal } from '@temporalio/proto'
import type { WorkflowHandle } from '@temporalio/client'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const { History } = temporal.api.history.v1
type History = temporal.api.history.v1.IHistory

const FOLDER = new URL('../replay/histories', import.meta.url).pathname

/**
 * Keeps the history of a finished run for the replay tests when `RECORD_HISTORIES=1`: after a change that replays
 * every earlier history, record the new paths beside them, under a new name.
 */
export async function recordHistory(
  name: string,
  handle: Pick<WorkflowHandle, 'fetchHistory'>,
): Promise<void> {
  if (process.env['RECORD_HISTORIES'] !== '1') return
  const bytes = History.encode(History.fromObject(await handle.fetchHistory())).finish()
  await writeFile(join(FOLDER, `${name}.pb`), bytes)
}

/** Every recorded run, by name. */
export async function recordedHistories(): Promise<{ workflowId: string; history: History }[]> {
  const files = (await readdir(FOLDER)).filter((file) => file.endsWith('.pb')).sort()
  return Promise.all(
    files.map(async (file) => ({
      workflowId: file.replace('.pb', ''),
      history: History.decode(await readFile(join(FOLDER, file))),
    })),
  )
}

/** A test's sentence as a file name. */
export const slug = (sentence: string): string =>
  sentence
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/-$/, '')
