import type { Page } from 'playwright-core'

/** How long frames took while a page was scrolled, milliseconds. */
export interface Frames {
  medianMs: number
  p95Ms: number
  /** Share of the frames that came later than one and a half of a sixtieth of a second. */
  lateShare: number
}

const FRAMES = 300
const LATE_MS = 25

/** Scrolls two rows with each frame, which is a fast flick, to the end and back, for three hundred frames. */
export async function framesWhileScrolling(page: Page): Promise<Frames> {
  await page.bringToFront()
  await page.evaluate('window.scrollTo(0, 0)')
  const gaps: number[] = await page.evaluate(scrollAndMeasure, FRAMES)
  const sorted = gaps.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN
  return {
    medianMs: at(0.5),
    p95Ms: at(0.95),
    lateShare: gaps.filter((gap) => gap > LATE_MS).length / gaps.length,
  }
}

/** Runs in the page; no function within has a name, which the loader of scripts would help to keep. */
async function scrollAndMeasure(frames: number): Promise<number[]> {
  const gaps: number[] = []
  let last = await new Promise(requestAnimationFrame)
  let step = 114
  let at = 0
  // Why once: to ask for it in each frame would have the page laid out once more.
  const end = document.documentElement.scrollHeight - innerHeight
  while (gaps.length < frames) {
    if (at + step > end || at + step < 0) step = -step
    at += step
    scrollTo(0, at)
    const now = await new Promise(requestAnimationFrame)
    gaps.push(now - last)
    last = now
  }
  return gaps
}
