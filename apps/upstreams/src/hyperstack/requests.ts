import { z } from 'zod'
import { securityRuleSchema } from './vm.ts'

/** `Create_Instances_Payload` of the vendor document; what it does not know is passed over. */
export const createVmsSchema = z.object({
  name: z.string().min(1).max(50),
  environment_name: z.string(),
  flavor_name: z.string(),
  key_name: z.string(),
  image_name: z.string(),
  count: z.number().int().min(1).max(20),
  assign_floating_ip: z.boolean().default(false),
  enable_port_randomization: z.boolean().default(true),
  security_rules: z.array(securityRuleSchema).default([]),
  user_data: z.string().optional(),
  labels: z.array(z.string()).default([]),
})
export type CreateVmsRequest = z.infer<typeof createVmsSchema>

export const pageSchema = z.object({
  page: z.coerce.number().int().min(1).default(1),
  pageSize: z.coerce.number().int().min(1).max(100).default(10),
  search: z.string().default(''),
})

/** Names its first problem in one sentence. */
export const wordsOf = (error: z.ZodError): string =>
  error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`)[0] ?? 'bad request'
