import { patched } from '@temporalio/workflow'

/**
 * Changes of the story that a run begun before them does not make. One may go when no such run is left and no recorded
 * history needs it.
 */

/** Offers that were not even tried, waits, losses and late teardowns stand in the timeline. */
export const tellsEverySetback = (): boolean => patched('tell-every-setback')

/** A create whose answer was once lost is torn down even when a later answer of the same attempt was a clear no. */
export const tearsDownTheUnheard = (): boolean => patched('tear-down-the-unheard')

/** Whoever ends a rental does not wait for a provider that does not say whether it made the pod. */
export const endsASearch = (): boolean => patched('end-a-search')

/** A step that never comes back is called stuck too, not only one that fails. */
export const noticesSilence = (): boolean => patched('notice-silence')
