import type { FieldComplaint } from '@berth/contract/field-complaints'

/** Why a key is not taken: by the code of the problem, by the name of the complaint, and in one English sentence. */
export interface RefusedKey {
  ok: false
  code: 'invalid_ssh_key' | 'weak_ssh_key'
  complaint: FieldComplaint
  detail: string
  limit?: number
}
