import type { Log } from '../../server/kernel/log.ts';
import type { MllpLink } from '../mllp/mllp-link.ts';
import type { MllpServerOptions } from '../mllp/serve-mllp.ts';
import { PartnersUnknown } from './accept.ts';
import type { Inbox } from './open-inbox.ts';
import { refusalOfHead } from './refuse-frame.ts';

/**
 * What an MLLP server does with what comes in: messages go to the inbox; what is no whole message is kept there to be looked at.
 *
 * @param now milliseconds of the epoch
 */
export function linkHandlers(
  inbox: Inbox,
  log: Log,
  now: () => number,
): Required<Pick<MllpServerOptions, 'receive' | 'refuse' | 'onEvent' | 'onTurnedAway'>> {
  const keep = (bytes: Uint8Array, link: MllpLink, reason: 'truncated' | 'too-long'): void => {
    inbox
      .refuse(bytes, link, reason)
      .catch((err: unknown) => log.error({ err, link: link.id }, 'what came without its end could not be kept'));
  };
  // A line when it begins and one when it is over: senders come again and again.
  let isFailing = false;
  return {
    async receive(frame, link) {
      const reply = await inbox.accept(frame, link);
      if (isFailing) log.info('messages are stored again');
      isFailing = false;
      return reply;
    },
    refuse(head, link) {
      keep(head, link, 'too-long');
      return refusalOfHead(head, now());
    },
    onEvent(event, link) {
      const facts = { link: link.id, port: link.localPort, from: link.remoteAddress };
      if (event.kind === 'truncated') keep(event.bytes, link, 'truncated');
      if (event.kind === 'failed') {
        if (!isFailing) tellFailure(log, facts, event.error);
        isFailing = true;
      } else if (event.kind === 'opened') log.debug(facts, 'a link was opened');
      else if (event.kind === 'closed') log.debug({ ...facts, why: event.why }, 'a link was closed');
      else log.warn({ ...facts, kind: event.kind }, 'something else than a message came in');
    },
    onTurnedAway: (why, from) => log.warn({ why, from }, 'a link was turned away'),
  };
}

function tellFailure(log: Log, facts: object, err: unknown): void {
  const what = 'messages cannot be stored; their senders are not answered';
  if (err instanceof PartnersUnknown) log.warn({ ...facts, err }, what);
  else log.error({ ...facts, err }, what);
}
