import type { Messages } from '../en.ts'

export const sshKeys: Messages['sshKeys'] = {
  title: 'SSH 密钥',
  subtitle: '只保存公钥。私钥留在您的机器上。',
  add: '添加密钥',
  adding: '正在添加…',
  name: '名称',
  namePlaceholder: '笔记本电脑',
  publicKey: '公钥',
  publicKeyPlaceholder: 'ssh-ed25519 AAAA…',
  publicKeyHelp: '~/.ssh/id_ed25519.pub 中的那一行。可用 ssh-keygen -t ed25519 生成。',
  privateKey: '那是私钥，没有发送到任何地方。请粘贴公钥：.pub 文件中的那一行。',
  remove: '移除',
  removeTitle: '移除 {name}？',
  removeDetail: '新的 Pod 将无法再使用它。已在运行的 Pod 会保留它直到结束。',
  empty: '还没有密钥',
  emptyDetail: 'Pod 凭 SSH 密钥让您进入。添加一次公钥，以后租用时选择即可。',
  failed: '无法读取您的密钥',
}
