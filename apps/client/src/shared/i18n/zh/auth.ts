import type { Messages } from '../en.ts'

export const auth: Messages['auth'] = {
  title: '登录',
  headline: '一个钱包，按秒租用各家云上的 GPU。',
  lead: '一个市场汇集 {providers} 家供应商。所见价格即所付价格；计费从 Pod 可以通过 SSH 连接时开始，而不是从您点击时开始。',
  leadNoCount:
    '一个市场汇集所有供应商。所见价格即所付价格；计费从 Pod 可以通过 SSH 连接时开始，而不是从您点击时开始。',
  continueWithGithub: '使用 GitHub 继续',
  githubDetail: '我们只读取您的名称、头像和电子邮件地址，别无其他。',
  browse: '先看看市场',
  point1: 'Pod 启动期间不收费；启动不了也不收费。',
  point2: '任何 Pod 都不会让钱包变成负数；您随时看得到它还能用多久。',
  point3: '每笔费用都可以重新计算：秒数 × 价格，精确到百万分之一美元。',
  cheapest: '当前最低价格',
  cheapestDetail: '每 GPU 小时，全包价',
  seeAll: '查看全部 {n} 个报价',
  teaserFailed: '暂时无法显示市场，但您仍然可以登录。',
  teaserEmpty: '此刻没有供应商提供报价。',
  errors: {
    title: '登录未完成',
    cancelled: 'GitHub 表示您拒绝了授权。没有共享任何信息；您可以随时重试。',
    expired: '登录用时过长，或在另一个标签页中打开过。请重新开始。',
    unavailable: '无法连接 GitHub。请稍后再试。',
    busy: '一分钟内来自您网络的登录过多。请等一分钟再试。',
    other: 'GitHub 与我们之间出了问题。请再试一次。',
  },
  ended: '您已在此浏览器中退出登录。登录后可继续之前的操作。',
  unreachable: 'Berth 目前没有响应，登录可能会失败。',
}
