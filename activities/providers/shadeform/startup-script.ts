/** Ends the list of keys; no line of base64 or comment is this word alone. */
const END = 'BERTH_KEYS'

/**
 * Bash that lets these keys in, run by root once the machine is active. Per machine, and so safer than the account's key
 * registry, which gives one key to a machine and keeps it for ever.
 */
export function startupScriptOf(sshPublicKeys: readonly string[]): string {
  const keys = sshPublicKeys.map((key) => key.replace(/[\r\n]+/g, ' ').trim())
  return `#!/bin/bash
set -eu
user=shadeform
id "$user" > /dev/null 2>&1 || user=root
home=$(getent passwd "$user" | cut -d: -f6)
install -d -m 700 -o "$user" -g "$user" "$home/.ssh"
cat >> "$home/.ssh/authorized_keys" <<'${END}'
${keys.join('\n')}
${END}
chown "$user:" "$home/.ssh/authorized_keys"
chmod 600 "$home/.ssh/authorized_keys"
`
}
