#!/bin/busybox sh
# What runs first in a pod: lets the holders of PUBLIC_KEY in by SSH, and nobody else.
set -eu
# The first process of a container ignores signals it has no handler for.
trap 'exit 143' TERM INT

[ -e /bin/ls ] || /bin/busybox --install -s

umask 077
mkdir -p /root/.ssh /etc/dropbear /workspace
printf '%s\n' "${PUBLIC_KEY:?must hold the public keys that may log in, one a line}" > /root/.ssh/authorized_keys

host_key=/etc/dropbear/dropbear_ed25519_host_key
[ -f "$host_key" ] || dropbearkey -t ed25519 -f "$host_key" > /dev/null 2>&1
umask 022

echo "pod $(hostname) is ready for SSH"
# -e: a login sees the environment the pod was launched with. -s: keys only.
exec dropbear -F -E -e -s -r "$host_key" -p 22 -P /run/dropbear.pid
