import { digitalOceanCloud } from './digitalocean/cloud.ts'
import { hyperstackCloud } from './hyperstack/cloud.ts'
import type { Cloud } from './kit/cloud.ts'
import { lambdaCloud } from './lambda/cloud.ts'
import { primeCloud } from './prime/cloud.ts'
import { shadeformCloud } from './shadeform/cloud.ts'
import { tensorDockCloud } from './tensordock/cloud.ts'
import { vastCloud } from './vast/cloud.ts'
import { verdaCloud } from './verda/cloud.ts'

/** Every emulated cloud beside RunPod: a new one is a folder and a line here. */
export const CLOUDS: readonly Cloud[] = [
  lambdaCloud,
  vastCloud,
  digitalOceanCloud,
  verdaCloud,
  shadeformCloud,
  primeCloud,
  tensorDockCloud,
  hyperstackCloud,
]
