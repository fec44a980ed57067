import type { Messages } from '../en.ts'

export const charging: Messages['charging'] = {
  hold: '按实际使用的秒数计费。',
  tick: '按实际使用的秒数计费，不预留余额。',
  blockReturned: '每次预先购买 {time}。停止时未使用的秒数会退回。',
  blockKept: '每次预先购买 {time}。最后一段未使用的部分不退回。',
  term: '开始时一次付清。提前停止：{steps}。',
  step: '未使用时间的 {percent}% 退回',
  stepFrom: '{time} 之后 {percent}%',
  minimum: '最初的 {time} 无论如何都会计费。',
  limits: {
    burn_limit: '您的钱包允许所有 Pod 每小时的总花费更低。',
    day_limit: '您的每日限额今天剩余不足。',
  },
}
