import { describe, expect, it } from 'vitest'
import { hereDocumentsOf } from './here-documents.ts'

describe('here documents of a startup script', () => {
  it('are its writes to files, in order, whole and in quotes or without', () => {
    const script = `#!/bin/bash
set -eu
cat >> "$home/.ssh/authorized_keys" <<'KEYS'
ssh-ed25519 A a
 KEYS is no end
KEYS
cat > /etc/environment <<END
A=1
END
echo "cat > /never <<X"
`
    expect(hereDocumentsOf(script)).toEqual([
      { path: '$home/.ssh/authorized_keys', text: 'ssh-ed25519 A a\n KEYS is no end\n' },
      { path: '/etc/environment', text: 'A=1\n' },
    ])
  })

  it('are none in what is no script', () => {
    expect(hereDocumentsOf('')).toEqual([])
    expect(hereDocumentsOf('cat >> /x <<KEYS\nnever ends')).toEqual([])
  })
})
