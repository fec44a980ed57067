import { IMAGE_PRESETS, type ImagePreset } from './image-presets.ts'

/** Something to start from: an image with what it serves and what it wants to be told. */
export interface LaunchTemplate {
  image: string
  /** TCP ports it answers on besides SSH. */
  ports: readonly number[]
  /** Variables it reads; an empty value is for its renter to fill in, or to leave out. */
  env: readonly { name: string; value: string }[]
}

const bare = { ports: [], env: [] } as const

/** Zod-free: the dashboard fills its form from it. The API knows no templates, only what a renter asks for in the end. */
export const LAUNCH_TEMPLATES: Record<ImagePreset, LaunchTemplate> = {
  local: { image: IMAGE_PRESETS.local, ...bare },
  pytorch: { image: IMAGE_PRESETS.pytorch, ...bare },
  jupyter: { image: IMAGE_PRESETS.jupyter, ports: [8888], env: [{ name: 'JUPYTER_PASSWORD', value: '' }] },
  vllm: { image: IMAGE_PRESETS.vllm, ports: [8000], env: [{ name: 'HF_TOKEN', value: '' }] },
  cuda: { image: IMAGE_PRESETS.cuda, ...bare },
  ubuntu: { image: IMAGE_PRESETS.ubuntu, ...bare },
}
