import { Gauge, type Registry } from 'prom-client';
import type { ReplyTimes } from '../inbox/reply-times.ts';
import { inboxFigures } from '../store/inbox-figures.ts';
import { endedFigures, laneFigures, openFigures } from '../store/message-figures.ts';
import type { Queryable } from '../store/open-store.ts';

export interface FigureSources {
  readonly db: Queryable;
  readonly replyTimes: ReplyTimes;
  /** Open DIMSE associations; undefined where there is no DIMSE. */
  associations?(): number;
}

/** Minutes over which what has ended is counted, and at most so many messages of them. */
const MINUTES = 5;
const MOST_ENDED = 20_000;
const SHARES = [0.5, 0.95, 0.99] as const;

/**
 * The gateway's gauges. Several are of one question to the database, so that all are read before they are told.
 * @returns `read`: as it is now. @throws StoreUnavailable
 */
export function gatewayGauges(
  registry: Registry,
  { db, replyTimes, associations }: FigureSources,
): { read(): Promise<void> } {
  const gauge = <L extends string>(name: string, help: string, ...labelNames: readonly L[]): Gauge<L> =>
    new Gauge({ name, help, labelNames: [...labelNames], registers: [registry] });
  const messages = ['direction', 'partner', 'state'] as const;
  const open = gauge('hl7_messages_open', 'Messages that are not done, or wait for a person.', ...messages);
  const oldest = gauge('hl7_messages_oldest_seconds', 'Age of the oldest of hl7_messages_open.', ...messages);
  const recently = `in the last ${MINUTES} minutes (the newest ${MOST_ENDED})`;
  const ended = gauge('hl7_messages_ended', `Messages that have ended ${recently}.`, ...messages);
  const duration = gauge(
    'hl7_messages_ended_seconds',
    `Time from arrival to end of messages that have ended ${recently}: of applied ones, until they were applied.`,
    ...messages,
    'quantile',
  );
  const parked = gauge('hl7_messages_parked', 'Messages that wait for a person, by why.', 'partner', 'reason');
  const codes = gauge('hl7_unmapped_codes', 'Codes that nobody has answered.');
  const lanes = gauge('hl7_lanes', 'Lanes (of patients) that have messages to be applied.');
  const longest = gauge('hl7_lane_longest', 'Messages in the lane that has the most.');
  const replies = gauge('hl7_replies', 'Frames that were answered since the gateway started.');
  const reply = gauge('hl7_reply_seconds', 'Time from a frame to its reply, of the last 2000.', 'quantile');
  const associated =
    associations === undefined ? undefined : gauge('dicom_associations', 'Open associations of modalities.');

  return {
    async read() {
      const [openNow, endedLately, inbox, lanesNow] = await Promise.all([
        openFigures(db),
        endedFigures(db, MINUTES, MOST_ENDED),
        inboxFigures(db),
        laneFigures(db),
      ]);
      for (const each of [open, oldest, ended, duration, parked]) each.reset();
      for (const { direction, partner, state, count, oldest: age } of openNow) {
        open.set({ direction, partner, state }, count);
        oldest.set({ direction, partner, state }, age);
      }
      for (const { direction, partner, state, count, p50, p95, p99 } of endedLately) {
        ended.set({ direction, partner, state }, count);
        for (const [place, seconds] of [p50, p95, p99].entries()) {
          duration.set({ direction, partner, state, quantile: SHARES[place] ?? 1 }, seconds);
        }
      }
      for (const { partner, reason, count } of inbox.parked) parked.set({ partner, reason }, count);
      codes.set(inbox.unmappedCodes);
      lanes.set(lanesNow.lanes);
      longest.set(lanesNow.longest);
      replies.set(replyTimes.count);
      for (const quantile of SHARES) {
        const ms = replyTimes.percentile(quantile);
        if (ms !== undefined) reply.set({ quantile }, ms / 1000);
      }
      if (associations !== undefined) associated?.set(associations());
    },
  };
}
