import type { Parameters, ParametersParameter, Reference } from '@medplum/fhirtypes';
import { parametersOf, type Named } from '../fhir/parameters.ts';
import type { FhirServer } from '../fhir/server.ts';

/** What a list shows of an HL7 message. */
export interface ListedMessage {
  readonly id: string;
  readonly direction: string;
  /** By name. */
  readonly partner: string;
  readonly receivedAt: string;
  readonly event: string;
  readonly controlId: string;
  readonly state: string;
  readonly why: string;
  /** How many resources it made or changed. */
  readonly resources: number;
}

export interface MessagePage {
  readonly messages: readonly ListedMessage[];
  /** Where the next page begins; undefined: this is the last one. */
  readonly next: number | undefined;
}

/** What is looked for; what is empty does not count. */
export interface MessageSearch {
  readonly direction: string;
  /** States, with blanks between them. */
  readonly states: string;
  readonly partner: string;
  readonly event: string;
  readonly controlId: string;
  readonly patient: string;
  readonly order: string;
  /** Days, `YYYY-MM-DD`, of this browser's zone. */
  readonly since: string;
  readonly until: string;
}

/** @param before of the page before: its `next` */
export async function findMessages(server: FhirServer, search: MessageSearch, before?: number): Promise<MessagePage> {
  const { direction, states, partner, event, controlId, patient, order, since, until } = search;
  const texts = { event, 'control-id': controlId, patient, order };
  const answer = parametersOf(
    await server.call<Parameters>('$hl7-messages', [
      ...(direction === '' ? [] : [{ name: 'direction', valueCode: direction }]),
      ...states
        .split(' ')
        .filter((state) => state !== '')
        .map((state) => ({ name: 'state', valueCode: state })),
      ...(partner === '' ? [] : [{ name: 'partner', valueId: partner }]),
      ...Object.entries(texts).flatMap(([name, value]) => (value === '' ? [] : [{ name, valueString: value }])),
      ...(since === '' ? [] : [{ name: 'since', valueDateTime: startOf(since, 0) }]),
      ...(until === '' ? [] : [{ name: 'until', valueDateTime: startOf(until, 1) }]),
      ...(before === undefined ? [] : [{ name: 'before', valuePositiveInt: before }]),
    ]),
  );
  return { messages: answer.parts('message').map(listed), next: answer.value<number>('next') };
}

/** The moment at which a day of this browser's zone begins, or one so many days later. */
function startOf(day: string, later: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}

function listed(part: Named): ListedMessage {
  return {
    id: textOf(part, 'id'),
    direction: textOf(part, 'direction'),
    partner: textOf(part, 'partner-name') || textOf(part, 'partner') || 'not known',
    receivedAt: textOf(part, 'received-at'),
    event: textOf(part, 'event'),
    controlId: textOf(part, 'control-id'),
    state: textOf(part, 'state'),
    why: [textOf(part, 'reason'), textOf(part, 'note')].filter((each) => each !== '').join(': '),
    resources: part.value<number>('resources') ?? 0,
  };
}

/** One message with its content. */
export interface Message extends Omit<ListedMessage, 'resources'> {
  /** Names and values of what is known of it. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** What the server had against it. */
  readonly outcome: readonly string[];
  readonly resources: readonly string[];
  /** What it found newer than itself. */
  readonly superseded: readonly string[];
  /** Places that no map has read. */
  readonly unread: readonly string[];
  readonly unreadable: string;
  readonly segments: readonly Segment[];
  /** Fields that are not shown. */
  readonly fieldsLeft: number;
  readonly tried: readonly Tried[];
  readonly proposals: readonly Proposal[];
  /** Where people may change it. */
  readonly text: string | undefined;
}

export interface Segment {
  readonly place: string;
  readonly name: string;
  readonly fields: readonly { readonly place: string; readonly name: string; readonly value: string }[];
}

export interface Tried {
  readonly at: string;
  readonly kind: string;
  readonly why: string;
  readonly agent: string;
}

export interface Proposal {
  readonly id: string;
  readonly state: string;
  /** `Practitioner/1` */
  readonly author: string;
  readonly authorName: string;
  readonly explanation: string;
  readonly at: string;
  readonly decidedBy: string;
  readonly text: string;
}

export async function findMessage(server: FhirServer, id: string): Promise<Message> {
  const answer = parametersOf(await server.call<Parameters>('$hl7-message', [{ name: 'message', valueId: id }]));
  const referencesIn = (name: string): string[] =>
    answer.values<Reference>(name).flatMap(({ reference }) => reference ?? []);
  const task = referencesIn('task')[0] ?? '';
  const facts: readonly (readonly [string, string])[] = [
    ['From', textOf(answer, 'remote-address')],
    ['Version', textOf(answer, 'version')],
    ['Charset', `${textOf(answer, 'charset')} (${textOf(answer, 'charset-rule')})`],
    ['Bytes', String(answer.value<number>('size') ?? '')],
    ['Tries', String(answer.value<number>('attempts') ?? '')],
    ['Reply', textOf(answer, 'reply-code')],
    ['Task', task],
  ];
  return {
    ...listed(answer),
    facts: facts.filter(([, value]) => value !== ''),
    outcome: answer.values<string>('outcome'),
    resources: referencesIn('resources'),
    superseded: referencesIn('superseded'),
    unread: answer.values<string>('unread'),
    unreadable: textOf(answer, 'unreadable'),
    fieldsLeft: answer.value<number>('fields-left') ?? 0,
    text: answer.value<string>('text'),
    segments: answer.parts('segment').map((segment) => ({
      place: textOf(segment, 'place'),
      name: textOf(segment, 'name'),
      fields: segment.parts('field').map((field) => ({
        place: textOf(field, 'place'),
        name: textOf(field, 'name'),
        value: textOf(field, 'value'),
      })),
    })),
    tried: answer.parts('tried').map((each) => ({
      at: textOf(each, 'at'),
      kind: textOf(each, 'kind'),
      why: [textOf(each, 'reason'), textOf(each, 'note')].filter((part) => part !== '').join(': '),
      agent: textOf(each, 'agent-name') || textOf(each, 'agent'),
    })),
    proposals: answer.parts('proposal').map((each) => ({
      id: textOf(each, 'id'),
      state: textOf(each, 'state'),
      author: textOf(each, 'author'),
      authorName: textOf(each, 'author-name') || textOf(each, 'author'),
      explanation: textOf(each, 'explanation'),
      at: textOf(each, 'at'),
      decidedBy: textOf(each, 'decided-by-name') || textOf(each, 'decided-by'),
      text: textOf(each, 'text'),
    })),
  };
}

/** @returns what was done with the messages, in words */
export async function workOn(
  server: FhirServer,
  operation: '$hl7-replay' | '$hl7-dismiss',
  message: string,
  reason: string,
  key: string,
): Promise<string> {
  const input: ParametersParameter[] = [
    { name: 'message', valueId: message },
    ...(reason === '' ? [] : [{ name: 'reason', valueString: reason }]),
  ];
  const answer = parametersOf(await server.call<Parameters>(operation, input, key));
  if (answer.values('done').length === 0) return 'It stays as it is: it is under way, or was refused.';
  return operation === '$hl7-replay' ? 'It is worked on once more.' : 'It is ended without being applied.';
}

function textOf(part: Named, name: string): string {
  return part.value<string>(name) ?? '';
}
