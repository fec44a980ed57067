import { digitalOceanCloud } from './digitalocean/cloud.ts'
import type { Cloud } from './kit/cloud.ts'
import { lambdaCloud } from './lambda/cloud.ts'
import { shadeformCloud } from './shadeform/cloud.ts'
import { verdaCloud } from './verda/cloud.ts'

/** Every emulated cloud beside RunPod: a new one is a folder and a line here. */
export const CLOUDS: readonly Cloud[] = [lambdaCloud, digitalOceanCloud, verdaCloud, shadeformCloud]
