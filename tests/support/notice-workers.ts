import './quiet-runtime.ts'
import { createNotificationActivities } from '@berth/activities/notifications/activities'
import { createMailer } from '@berth/activities/notifications/mail/send-mail'
import { createWorkerPool } from '@berth/worker/run-worker-pool'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import type { DataSource } from 'typeorm'
import { workflowBundle } from './temporal.ts'

interface NoticeWorkersOptions {
  temporal: TestWorkflowEnvironment
  dataSource: DataSource
  smtpUrl: string
  secretsKeys: string[]
}

/** The product's workers with no other activities than those that deliver notices; impatient ones. */
export async function startNoticeWorkers({
  temporal,
  dataSource,
  smtpUrl,
  secretsKeys,
}: NoticeWorkersOptions) {
  const pool = await createWorkerPool({
    connection: temporal.nativeConnection,
    namespace: temporal.namespace ?? 'default',
    activities: createNotificationActivities({
      dataSource,
      temporal: temporal.client.workflow,
      publicUrl: 'https://berth.example',
      sendMail: createMailer({ smtpUrl, from: 'Berth <berth@example.com>' }),
      webhooks: { secretsKeys, allowLocal: true },
      retryWaitsMs: [200, 400, 400],
    }),
    maxCachedWorkflows: 100,
    maxProviderCalls: 2,
    maxRecordCalls: 4,
    workflowBundle: workflowBundle(),
  })
  const running = Promise.all(pool.map((worker) => worker.run()))
  return {
    async stop() {
      for (const worker of pool) worker.shutdown()
      await running
    },
  }
}
