/** What a worker process needs besides its stores and its clouds. */
export const WORKER_ENVIRONMENT = {
  STRIPE_SECRET_KEY: 'sk_test_unused',
  STRIPE_API_BASE: 'http://127.0.0.1:9',
  POD_GATEWAY_SECRET: 'a-gateway-secret-for-tests-0123456789',
  SECRETS_KEY: 'a-sealing-key-for-tests-only-0123456789',
  DOCKER_ENABLED: 'false',
} as const
