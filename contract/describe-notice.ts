import { formatUsd } from './money.ts'
import type { NoticeData, NoticeKind } from './notices.ts'
import { END_REASON_SENTENCES } from './rental-events.ts'

/** What a person reads of a notice: what happened, then what it cost and what to do. */
export interface NoticeWords {
  title: string
  message: string
}

type Describe = { [K in NoticeKind]: (data: NoticeData[K]) => NoticeWords }

const DESCRIBE: Describe = {
  runway_low: ({ thresholdSeconds, availableMicros, heldMicros, burnMicrosPerHour, dayLimit }) => {
    const balance = formatUsd(BigInt(availableMicros) + BigInt(heldMicros))
    const burn = formatUsd(burnMicrosPerHour)
    return dayLimit
      ? {
          title: `Your limit of the day is reached in less than ${inWords(thresholdSeconds)}`,
          message: `You allow ${formatUsd(dayLimit.limitMicros)} a day (UTC) and your pods use ${burn} an hour. When the limit is reached they are stopped and their disks are wiped, though your balance is ${balance}. Raise or lift the limit on the wallet page to keep them; a top-up does not help. A new day begins at midnight UTC.`,
        }
      : {
          title: `Your wallet lasts less than ${inWords(thresholdSeconds)}`,
          message: `Your balance is ${balance} and your pods use ${burn} an hour. Top up to keep them: when the wallet is empty they are stopped and their disks are wiped. Nothing beyond what you paid in is ever charged.`,
        }
  },
  runway_recovered: ({ runwaySeconds, availableMicros, heldMicros, burnMicrosPerHour }) => ({
    title: 'Your wallet is in good order again',
    message: `Your balance is ${formatUsd(BigInt(availableMicros) + BigInt(heldMicros))}, ${
      runwaySeconds === null
        ? 'enough for all your pods until each ends'
        : `more than a day at ${formatUsd(burnMicrosPerHour)} an hour`
    }. There is nothing to do.`,
  }),
  auto_top_up_paid: ({ amountMicros, availableMicros }) => ({
    title: `Automatic top-up: ${formatUsd(amountMicros)} was added`,
    message: `Your card was charged ${formatUsd(amountMicros)}; ${formatUsd(availableMicros)} is now free to spend. You can change the amount or switch automatic top-up off on the wallet page.`,
  }),
  auto_top_up_failed: ({ amountMicros, words, nextTryAt }) => ({
    title: `Automatic top-up of ${formatUsd(amountMicros)} failed`,
    message: `${sentence(words)} Nothing was charged. ${
      nextTryAt === null
        ? 'It is not tried again by itself: top up by hand or change the card.'
        : `It is tried again at ${nextTryAt}; top up by hand to be safe.`
    }`,
  }),
  auto_top_up_paused: ({ words }) => ({
    title: 'Automatic top-up is paused',
    message: `${sentence(words)} Your pods stop when the wallet is empty. Check the card on the wallet page, then switch automatic top-up on again.`,
  }),
  top_up_refunded: ({ amountMicros, ...left }) => ({
    title: `${formatUsd(amountMicros)} was refunded to your card`,
    message: `It left your wallet, in which ${inWallet(left)}. The card shows it within some days.`,
  }),
  refund_failed: ({ amountMicros, ...left }) => ({
    title: `A refund of ${formatUsd(amountMicros)} did not reach your card`,
    message: `The money is in your wallet again, in which ${inWallet(left)}. Ask us if it shall go elsewhere.`,
  }),
  dispute_opened: ({ amountMicros, ...left }) => ({
    title: `A payment of ${formatUsd(amountMicros)} is disputed`,
    message: `The cardholder’s bank took it back while it looks into it, so it is frozen: in your wallet ${inWallet(left)}. If the payment was yours, tell your bank so.`,
  }),
  dispute_won: ({ amountMicros, ...left }) => ({
    title: `A dispute is over: ${formatUsd(amountMicros)} is yours again`,
    message: `The bank let the payment stand and what was frozen is back: in your wallet ${inWallet(left)}.`,
  }),
  dispute_lost: ({ amountMicros, ...left }) => ({
    title: `A dispute is over: ${formatUsd(amountMicros)} went back to the card`,
    message: `The bank decided for the cardholder. What was frozen is gone, nothing more is taken: in your wallet ${inWallet(left)}.`,
  }),
  wallet_in_debt: ({ receivableMicros, availableMicros }) => ({
    title: `You owe ${formatUsd(receivableMicros)}`,
    message: `A payment was taken back after it had been spent; ${formatUsd(availableMicros)} is free to spend. No pod can start until the debt is paid, and running ones stop when what is held for them is used up. The next top-up pays it first.`,
  }),
  debt_cleared: ({ clearedMicros, availableMicros }) => ({
    title: 'Your debt is settled',
    message: `The last ${formatUsd(clearedMicros)} is off your account and ${formatUsd(availableMicros)} is free to spend. Pods can start again.`,
  }),
  rental_running: ({ name, priceMicrosPerHour, bootSeconds, ...rental }) => ({
    title: `${name} is running`,
    message: `${pod(rental)} answers by SSH after ${bootSeconds} s. It costs ${formatUsd(priceMicrosPerHour)} an hour from now on, by the second, until you stop it or its time is over.`,
  }),
  rental_interrupted: ({ name, ...rental }) => ({
    title: `${name} was interrupted`,
    message: `${rental.provider} took the pod away (${pod(rental)}), with what was on its disk. You are charged up to the last moment it was seen alive, and no second after. Rent again from the market to go on.`,
  }),
  rental_ended: ({ name, reason, detail, chargedMicros, billedSeconds }) => ({
    title: `${name} has ended`,
    message: [
      END_REASON_SENTENCES[reason],
      ...(detail ? [sentence(detail)] : []),
      billedSeconds === 0
        ? 'It cost nothing.'
        : `${billedSeconds} s were billed, ${formatUsd(chargedMicros, 6)} in all. The pod and its disk are gone, and nothing more is charged.`,
    ].join(' '),
  }),
  webhook_switched_off: ({ url, failingSince, words }) => ({
    title: 'A webhook was switched off',
    message: `${url} has taken nothing since ${failingSince}: ${sentence(words)} Nothing more is sent to it. Mend the receiver, then switch the endpoint on again on the page Notifications; what was missed stands in its log and can be sent again from there.`,
  }),
  api_key_created: ({ name, prefix, scope, ...from }) => ({
    title: `A new API key: ${name}`,
    message: `The key ${prefix}… was made for your account ${placeOf(from)}; whoever has it can ${
      scope === 'full' ? 'rent and stop pods with your money' : 'see your pods and your wallet'
    }. If that was not you, revoke it on the page API keys at once, and sign out the sessions that you do not know.`,
  }),
  webhook_test: () => ({
    title: 'A test of your webhook',
    message: 'You asked for this test. Nothing has happened.',
  }),
}

/** In English; the dashboard has its own words in the reader's language. */
export function describeNotice(kind: NoticeKind, data: Record<string, unknown>): NoticeWords {
  return (DESCRIBE[kind] as (data: unknown) => NoticeWords)(data)
}

const placeOf = ({ network, browser, system }: Place): string =>
  [
    network === null ? 'from an unknown address' : `from ${network}`,
    ...(browser === null ? [] : [`by ${browser}${system === null ? '' : ` on ${system}`}`]),
  ].join(', ')
type Place = Pick<NoticeData['api_key_created'], 'network' | 'browser' | 'system'>

const inWallet = ({ availableMicros, receivableMicros }: Left): string =>
  receivableMicros > 0
    ? `nothing is left and ${formatUsd(receivableMicros)} is owed`
    : `${formatUsd(availableMicros)} is free to spend`
type Left = Pick<NoticeData['dispute_opened'], 'availableMicros' | 'receivableMicros'>

const pod = ({ gpuModel, gpuCount, provider, region }: Pod): string =>
  `${gpuCount > 1 ? `${gpuCount}× ` : ''}${gpuModel} at ${provider}, ${region}`
type Pod = Pick<NoticeData['rental_running'], 'gpuModel' | 'gpuCount' | 'provider' | 'region'>

function inWords(seconds: number): string {
  if (seconds % 3600 === 0) return seconds === 3600 ? 'an hour' : `${seconds / 3600} hours`
  return seconds % 60 === 0 ? `${seconds / 60} minutes` : `${seconds} seconds`
}

const sentence = (words: string): string => (/[.!?]$/.test(words.trim()) ? words.trim() : `${words.trim()}.`)
