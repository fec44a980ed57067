import type { Messages } from '../en.ts'

export const common: Messages['common'] = {
  product: 'Berth',
  perHour: '/小时',
  perGpuHour: '每 GPU 小时',
  cancel: '取消',
  close: '关闭',
  retry: '重试',
  copy: '复制',
  copied: '已复制',
  loading: '正在加载',
  loadMore: '显示更多',
  optional: '可选',
  requestId: '请求 {id}',
  nothingRuns: '没有运行中的 Pod',
  left: '还剩 {time}',
  balance: '余额',
  freeToSpend: '可用余额',
  topUp: '充值',
  signIn: '登录',
}
