export const sshKeys = {
  title: 'SSH keys',
  subtitle: 'Public keys only. The private half stays on your machine.',
  add: 'Add key',
  adding: 'Adding…',
  name: 'Name',
  namePlaceholder: 'laptop',
  publicKey: 'Public key',
  publicKeyPlaceholder: 'ssh-ed25519 AAAA…',
  publicKeyHelp: 'The one line in ~/.ssh/id_ed25519.pub. Make one with ssh-keygen -t ed25519.',
  privateKey:
    'That was a private key. It was not sent anywhere. Paste the public one: the line in the .pub file.',
  remove: 'Remove',
  removeTitle: 'Remove {name}?',
  removeDetail: 'New pods can no longer use it. Pods that already run keep it until they end.',
  empty: 'No key yet',
  emptyDetail:
    'A pod lets you in by SSH key. Add the public half of yours once, and choose it whenever you rent.',
  failed: 'Your keys could not be read',
}
