/**
 * Images people start from. We know that they boot, answer by SSH and show the GPU; of any other image its renter
 * decides what it does.
 */
export const IMAGE_PRESETS = {
  local: 'berth-pod:local',
  pytorch: 'pytorch/pytorch:2.5.1-cuda12.4-cudnn9-devel',
  jupyter: 'runpod/pytorch:2.4.0-py3.11-cuda12.4.1-devel-ubuntu22.04',
  cuda: 'nvidia/cuda:12.4.1-cudnn-devel-ubuntu22.04',
  vllm: 'vllm/vllm-openai:v0.6.6',
  ubuntu: 'ubuntu:24.04',
} as const
export type ImagePreset = keyof typeof IMAGE_PRESETS

export const isPresetImage = (image: string): boolean =>
  (Object.values(IMAGE_PRESETS) as readonly string[]).includes(image)
