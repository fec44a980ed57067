import Docker from 'dockerode'

/** Whether a Docker engine answers where `DOCKER_HOST`, or the standard socket, says. Takes two seconds at most. */
export async function isDockerReachable(): Promise<boolean> {
  try {
    const engine = new Docker({ timeout: 2_000 })
    await engine.ping()
    return true
  } catch {
    return false
  }
}
