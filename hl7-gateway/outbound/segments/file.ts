import type { JsonObject } from '../../../server/kernel/json.ts';
import type { OutgoingField } from '../../hl7/build-message.ts';
import { textOf } from '../../map/json.ts';

/** ED of an Attachment: source, type, subtype, encoding, data. What is only linked to is not sent. */
export function encapsulated({ contentType, data }: JsonObject): OutgoingField | undefined {
  if (textOf(data) === '') return undefined;
  const [, type = 'application', subtype = 'octet-stream'] = /^([\w.+-]+)\/([\w.+-]+)/.exec(textOf(contentType)) ?? [];
  return ['', KINDS[type] ?? 'AP', subtype.toUpperCase(), 'Base64', textOf(data)];
}

/** HL7 table 0191. */
const KINDS: Readonly<Record<string, string | undefined>> = { text: 'TEXT', image: 'IM', audio: 'AU' };
