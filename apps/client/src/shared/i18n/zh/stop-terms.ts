import type { Messages } from '../en.ts'

export const stopTerms: Messages['stopTerms'] = {
  title: '停止时',
  keeps: '保留',
  costs: '费用',
  loses: '失去',
  keepsDetail: {
    none: '什么都不保留。{provider} 只能运行或销毁 Pod，无法暂停。',
    keeps_disk_may_lose_gpu:
      '什么都不保留。{provider} 可以保留已暂停 Pod 的磁盘，但不保留 GPU：您回来时它可能已被占用。因此这里的停止会彻底结束 Pod。',
    keeps_disk_bills_full: '什么都不保留。{provider} 对已暂停的 Pod 按全价收费，因此这里的停止会彻底结束它。',
    keeps_disk_and_gpu:
      '什么都不保留。{provider} 可以连同磁盘和 GPU 一起暂停 Pod，但暂停期间一直收费。因此这里的停止会彻底结束它。',
  },
  costsDetail: '从您要求停止的那一秒起不再收费。{provider} 销毁它可能需要 {time}，由我们承担。',
  losesDetail: 'Pod、磁盘和地址。无法恢复；请先复制您的结果。',
}
