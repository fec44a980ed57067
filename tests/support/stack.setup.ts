import type { TestProject } from 'vitest/node'
import { startTestStack, type TestStack } from './stack.ts'
import { sweepTestStacks } from './sweep-test-stacks.ts'

/** What a test of a page needs to know of the running product. */
export type SharedStack = TestStack['addresses']

declare module 'vitest' {
  interface ProvidedContext {
    stack: SharedStack
  }
}

let stack: TestStack | undefined

/** One whole product for all tests of pages: each file brings visitors of its own, so that none meets another's. */
export async function setup(project: TestProject): Promise<void> {
  await sweepTestStacks()
  stack = await startTestStack()
  project.provide('stack', stack.addresses)
}

export async function teardown(): Promise<void> {
  await stack?.stop()
}
