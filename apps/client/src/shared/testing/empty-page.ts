import { beforeEach } from 'vitest'

/**
 * Test files share one page: what a test left standing there, be it of another file, must not be found by the next.
 * Files that ask for Node have none.
 */
beforeEach(() => void (typeof document === 'object' && document.body.replaceChildren()))
