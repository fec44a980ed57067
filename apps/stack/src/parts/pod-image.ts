import { buildPodImage } from '@berth/activities/providers/docker/pod-image/build-pod-image'
import Docker from 'dockerode'
import type { Part } from '../part.ts'
import type { Stack } from '../stack.ts'

/**
 * The image of pods on this machine, made ahead so that the first one starts in seconds. Without it everything else
 * still works, so a failure is told and not fatal.
 */
export function podImagePart({ dockerReachable }: Stack): Part {
  return {
    name: 'Pod image',
    needs: [],
    start: async ({ progress, signal }) => {
      if (!dockerReachable) return { detail: 'no Docker engine: emulated pods only', skipped: true }
      progress('making it, if this engine has none')
      try {
        return { detail: await buildPodImage({ docker: new Docker(), signal }) }
      } catch (error) {
        signal.throwIfAborted()
        return { detail: error instanceof Error ? error.message : String(error), skipped: true }
      }
    },
  }
}
