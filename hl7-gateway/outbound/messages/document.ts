import type { JsonObject } from '../../../server/kernel/json.ts';
import type { OutgoingField, OutgoingSegment } from '../../hl7/build-message.ts';
import { concept } from '../datatypes/concepts.ts';
import { entity } from '../datatypes/numbers.ts';
import { practitioners } from '../datatypes/practitioners.ts';
import { timestamp } from '../datatypes/times.ts';
import { hasChanged } from '../has-changed.ts';
import { objectOf, objectsOf, referenceOf, textOf } from '../../map/json.ts';
import { documentNumber } from '../numbering.ts';
import { encapsulated } from '../segments/file.ts';
import { patientSegment } from '../segments/patient.ts';
import { visitOf } from '../segments/visit.ts';
import { subjectOf } from '../subject.ts';
import type { Change, Outgoing, PeerProfile, Telling } from '../tell.ts';
import { eventSegment } from './patient.ts';

const SAID = ['type', 'date', 'author', 'authenticator', 'description', 'content', 'context', 'relatesTo'];

/** A document: new (T02), with another status (T04) or content (T08), in place of another one (T10), taken back (T11). */
export function documentMessage(telling: Telling): Outgoing | undefined {
  const { resource } = telling;
  const patient = subjectOf(telling);
  const files = filesOf(telling);
  const events = documentEvents(telling, files.length > 0);
  if (patient === undefined || events === undefined) return undefined;
  const [visit] = objectsOf(objectOf(resource.context).encounter);
  return {
    events,
    segments: (event, peer) => [
      eventSegment(telling, event),
      patientSegment(patient, peer),
      visitOf(visit, telling, peer),
      documentSegment(telling, event, peer),
      ...(BRINGS_CONTENT.has(event) ? fileSegments(files, resource, peer) : []),
    ],
  };
}

const BRINGS_CONTENT = new Set(['MDM^T02', 'MDM^T04', 'MDM^T08', 'MDM^T10']);

/** The best first. Of one that is superseded its replacement tells. */
export function documentEvents({ resource, before }: Change, hasContent: boolean): readonly string[] | undefined {
  const [was, is] = [textOf(before?.status), textOf(resource.status)];
  if (is === 'entered-in-error') return was === 'current' || was === 'superseded' ? ['MDM^T11'] : undefined;
  if (is !== 'current') return undefined;
  if (was !== 'current') {
    const isReplacement = objectsOf(resource.relatesTo).some(({ code }) => code === 'replaces');
    if (isReplacement) return hasContent ? ['MDM^T10', 'MDM^T09'] : ['MDM^T09'];
    return hasContent ? ['MDM^T02', 'MDM^T01'] : ['MDM^T01'];
  }
  if (before === undefined || !hasContent) return undefined;
  if (hasChanged(before, resource, SAID)) return ['MDM^T08', 'MDM^T02'];
  return hasChanged(before, resource, ['docStatus']) ? ['MDM^T04', 'MDM^T02'] : undefined;
}

/** HL7 table 0271: authenticated, in progress. */
const COMPLETION: Readonly<Record<string, string | undefined>> = { final: 'AU', amended: 'AU', preliminary: 'IP' };

/** TXA. */
function documentSegment(telling: Telling, event: string, peer: PeerProfile): OutgoingSegment {
  const { resource } = telling;
  const { names } = peer;
  return [
    'TXA',
    '1',
    concept(resource.type, peer),
    '',
    '',
    '',
    timestamp(textOf(resource.date)),
    '',
    '',
    practitioners(objectsOf(resource.author), telling, names),
    '',
    '',
    entity(documentNumber(resource), names),
    entity(parentNumber(telling), names),
    '',
    '',
    '',
    COMPLETION[textOf(resource.docStatus)] ?? '',
    '',
    event === 'MDM^T11' ? 'CA' : 'AV',
    '',
    '',
    practitioners([resource.authenticator], telling, names),
    '',
    '',
    textOf(resource.description),
  ];
}

function parentNumber({ resource, find }: Telling): JsonObject | undefined {
  const [parent] = objectsOf(resource.relatesTo);
  const found = find(referenceOf(parent?.target));
  return found && documentNumber(found);
}

interface File {
  readonly title: string;
  readonly value: OutgoingField;
}

/** Contents that are at hand, in the document or as Binary. */
function filesOf({ resource, find }: Telling): readonly File[] {
  return objectsOf(resource.content).flatMap((content) => {
    const attachment = objectOf(content.attachment);
    const binary = find(textOf(attachment.url));
    const data = textOf(attachment.data) || textOf(binary?.data);
    const value = encapsulated({ contentType: attachment.contentType ?? binary?.contentType ?? '', data });
    return value === undefined ? [] : [{ title: textOf(attachment.title), value }];
  });
}

/** OBX of each; what has no title of its own is named by the type of the document. */
function fileSegments(files: readonly File[], { type }: JsonObject, peer: PeerProfile): readonly OutgoingSegment[] {
  return files.map(({ title, value }, index) => [
    'OBX',
    String(index + 1),
    'ED',
    title === '' ? concept(type, peer) : ['', title],
    '',
    value,
    ...['', '', '', '', ''],
    'F',
  ]);
}
