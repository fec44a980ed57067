import { serveDashboard } from './serve-dashboard.ts'

/** The dashboard as a process of its own, for containers. Settings: DASHBOARD_FOLDER, API_URL, DASHBOARD_PORT, DASHBOARD_HOST. */
const { DASHBOARD_FOLDER, API_URL, DASHBOARD_PORT = '4300', DASHBOARD_HOST = '127.0.0.1' } = process.env
if (!DASHBOARD_FOLDER || !API_URL)
  throw new Error('Set DASHBOARD_FOLDER (a build) and API_URL (http://host:port).')

const server = await serveDashboard({
  folder: DASHBOARD_FOLDER,
  apiUrl: API_URL,
  port: Number(DASHBOARD_PORT),
  host: DASHBOARD_HOST,
})
console.log(`The dashboard is served on ${DASHBOARD_HOST}:${server.port}.`)

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void server.close())
}
