import { decodeBytes } from '../hl7/charset.ts';
import { ParseFailure } from '../hl7/parse-failure.ts';
import { parseMessage } from '../hl7/parse-message.ts';
import { attemptsOf, findMessage } from '../store/find-message.ts';
import type { Queryable } from '../store/open-store.ts';
import { fieldLines } from './field-lines.ts';

/** A message, what became of it and what was tried; undefined when there is none. @param isRaw its text as it came, alone */
export async function showMessage(db: Queryable, id: string, isRaw: boolean): Promise<string | undefined> {
  const message = await findMessage(db, id);
  if (message === undefined) return undefined;
  const { text } = decodeBytes(message.bytes, message.charset);
  if (isRaw) return `${text.replace(/\r\n?/g, '\n').replace(/\n$/, '')}\n`;
  const attempts = await attemptsOf(db, message.seq);
  const facts: readonly (readonly [string, unknown])[] = [
    ['received', message.receivedAt],
    ['from', message.partner],
    ['event', message.event],
    ['control id', message.controlId],
    ['charset', `${message.charset} (${message.charsetRule})`],
    ['state', message.state],
    ['reason', [message.reason, message.note].filter((each) => each !== null).join(': ')],
    ['reply', message.replyCode],
    ['task', message.task],
    ['resources', message.resources.join(' ')],
    ['left as newer', message.superseded.join(' ')],
    ['not read', message.unread.join(' ')],
  ];
  return [
    ...facts.filter(([, value]) => value !== null && value !== '').map(([name, value]) => `${name}: ${String(value)}`),
    ...attempts.map(({ at, kind, reason, note, agent }) =>
      [at, kind, reason, note, agent].filter((each) => each !== null).join(' '),
    ),
    '',
    ...contentOf(text),
    '',
  ].join('\n');
}

function contentOf(text: string): readonly string[] {
  try {
    return fieldLines(parseMessage(text));
  } catch (error) {
    if (!(error instanceof ParseFailure)) throw error;
    return [`not to be read: ${error.message}`];
  }
}
