import type { Delivered, DeliverableMessage } from '../../../hl7-gateway/deliver/delivered.ts';
import type { CodeAnswer, InboundLink, InboxPorts, ParkedWork } from '../../../hl7-gateway/inbox/inbox-ports.ts';
import { openInbox, type Inbox, type InboxOptions } from '../../../hl7-gateway/inbox/open-inbox.ts';
import type { MessageMap } from '../../../hl7-gateway/map/map-context.ts';
import type { MappedMessage } from '../../../hl7-gateway/map/mapped-message.ts';
import type { Partner } from '../../../hl7-gateway/partner/partner.ts';
import { migrate } from '../../../hl7-gateway/store/migrate.ts';
import { openStore, type Store } from '../../../hl7-gateway/store/open-store.ts';
import { createLog } from '../../../server/kernel/log.ts';
import { createTestDatabase } from '../../harness/test-database.ts';

/** An inbox on a database of its own; what others do is as the test says. */
export interface TestInbox {
  readonly inbox: Inbox;
  readonly store: Store;
  readonly connectionString: string;
  readonly ports: TestPorts;
  /** The reply as text; undefined: none. */
  send(text: string | Uint8Array, link?: Partial<InboundLink>): Promise<string | undefined>;
  /** Of all messages, oldest first. */
  states(): Promise<readonly string[]>;
  rows(): Promise<readonly MessageRow[]>;
  /** Resolves when no message waits to be worked on. */
  settled(): Promise<void>;
  /** A second gateway on the same database. */
  another(options?: Partial<InboxOptions>): Inbox;
  close(): Promise<void>;
}

export interface MessageRow {
  readonly seq: number;
  readonly id: string;
  readonly direction: string;
  readonly partner: string;
  readonly controlId: string;
  readonly event: string;
  readonly state: string;
  readonly reason: string | null;
  readonly note: string | null;
  readonly task: string | null;
  readonly attempts: number;
  readonly bytes: Buffer;
  readonly parent: string | null;
  readonly reply: Buffer | null;
  readonly delivery: string;
}

export interface TestPorts extends InboxPorts {
  readonly partnersById: Map<string, Partner>;
  /** In the order in which they were delivered. */
  readonly delivered: DeliverableMessage[];
  readonly tasks: ParkedWork[];
  readonly codeTasks: string[];
  readonly closed: string[];
  answers: CodeAnswer[];
  react: (message: DeliverableMessage) => Delivered | Promise<Delivered>;
  mapOf: InboxPorts['mapOf'];
  map: MessageMap['map'];
}

export const APPLIED: Delivered = { kind: 'applied', resources: ['Patient/1'], superseded: [] };
export const EMPTY: MappedMessage = { entries: [], merges: [], patients: [], unmappedCodes: [], unread: [] };

export function partner(id: string, changes: Partial<Partner> = {}): Partner {
  return {
    id,
    name: id,
    isActive: true,
    recognition: { application: id },
    reading: { fallbackCharset: 'windows-1252', isStrict: false, processingIds: ['P'] },
    replies: { replyWhen: 'stored', hasUniqueControlIds: false, usesSequenceNumbers: false },
    patients: { mayCreate: true, trustedSystems: [] },
    systems: [],
    timeZone: 'UTC',
    ...changes,
  };
}

/** An entry that says that the message was mapped. */
const MAPPED: MappedMessage = {
  ...EMPTY,
  entries: [{ fullUrl: 'urn:uuid:1', resource: { resourceType: 'Patient' }, match: [], mode: 'patient' }],
};

export function testPorts(partners: readonly Partner[]): TestPorts {
  const byId = new Map(partners.map((each) => [each.id, each]));
  const ports: TestPorts = {
    partnersById: byId,
    delivered: [],
    tasks: [],
    codeTasks: [],
    closed: [],
    answers: [],
    react: () => APPLIED,
    map: () => MAPPED,
    partners: {
      isReady: () => byId.size > 0,
      recognise(_link, application) {
        const fitting = [...byId.values()].filter(({ recognition }) =>
          application.includes(recognition.application ?? ''),
        );
        const [found] = fitting;
        return fitting.length === 1 && found !== undefined
          ? { partner: found }
          : { partner: undefined, isAmbiguous: fitting.length > 1 };
      },
      byId: (id) => byId.get(id),
      contextOf: (from, receivedAt) => ({
        partner: from.id,
        receivedAt,
        timeZone: 'UTC',
        systems: {
          ofAssigner: (namespace) => (namespace === '' ? undefined : `urn:test:${namespace}`),
          ofCodingSystem: (name) => `urn:test:${name}`,
        },
        translate: () => undefined,
      }),
    },
    mapOf: ({ event }) => (event === 'ZZZ^Z99' ? undefined : { events: [event], map: (...of) => ports.map(...of) }),
    queries: {
      isQuery: ({ event }) => event.startsWith('QBP'),
      answer: (message) =>
        Promise.resolve({
          kind: 'answered',
          reply: `MSH|^~\\&|A|B|C|D|20260101||RSP^K22|R1|P|2.5\rMSA|AA|${message.controlId}\r`,
        }),
    },
    async deliver(messages) {
      const answers: Delivered[] = [];
      for (const message of messages) {
        answers.push(await ports.react(message));
        ports.delivered.push(message);
      }
      return answers;
    },
    preview: ({ mapped }) => Promise.resolve(mapped.entries),
    workItems: {
      async park(work) {
        ports.tasks.push(work);
        return `Task/${work.id}`;
      },
      async raiseCode(from, code) {
        ports.codeTasks.push(`${from} ${code.source} ${code.code}`);
        return `Task/code-${code.code}`;
      },
      async close(task) {
        ports.closed.push(task);
      },
      async takeCodeAnswers() {
        const { answers } = ports;
        ports.answers = [];
        return answers;
      },
    },
    now: () => Date.now(),
  };
  return ports;
}

const OPTIONS = { housekeepingPause: 100, lease: 2000, appliedPatience: 30_000 } as const;

export async function openTestInbox(
  partners: readonly Partner[] = [partner('LAB'), partner('HIS')],
  options: Partial<InboxOptions> = {},
): Promise<TestInbox> {
  const database = await createTestDatabase();
  await migrate(database.connectionString);
  const store = openStore({ connectionString: database.connectionString, max: 6 });
  const ports = testPorts(partners);
  const log = createLog('silent', 'test');
  const opened: Inbox[] = [];
  const another = (changes: Partial<InboxOptions> = {}): Inbox => {
    const inbox = openInbox({ store, ports, log, ...OPTIONS, ...options, ...changes });
    opened.push(inbox);
    return inbox;
  };
  const inbox = another();
  const rows = (): Promise<readonly MessageRow[]> =>
    store.query<MessageRow>({
      text: `
select m.seq, m.id, m.direction, m.partner, m.control_id as "controlId", m.event, p.state, p.reason, p.note, p.task, p.attempts, m.bytes,
  m.parent, p.reply, p.delivery from message m join progress p on p.seq = m.seq order by m.seq`,
      values: [],
    });
  return {
    inbox,
    store,
    connectionString: database.connectionString,
    ports,
    async send(text, link = {}) {
      const bytes = typeof text === 'string' ? Buffer.from(text) : text;
      const reply = await inbox.accept(bytes, { localPort: 2575, remoteAddress: '127.0.0.1', ...link });
      return reply === undefined ? undefined : Buffer.from(reply).toString();
    },
    rows,
    states: async () => (await rows()).map(({ state }) => state),
    async settled() {
      for (const end = Date.now() + 60_000; ;) {
        const [row] = await store.query<{ open: number }>({
          text: 'select count(*) as open from lane_entry',
          values: [],
        });
        if (row?.open === 0) return;
        if (Date.now() > end) throw new Error('messages still wait to be worked on');
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    another,
    async close() {
      await Promise.all(opened.map((each) => each.close()));
      await store.close();
      await database.drop();
    },
  };
}

export interface Header {
  readonly from?: string;
  readonly event?: string;
  readonly id?: string;
  readonly version?: string;
  readonly processing?: string;
  /** MSH-13, MSH-15, MSH-16. */
  readonly sequence?: string;
  readonly accept?: string;
  readonly application?: string;
}

let count = 0;

export function msh(header: Header = {}): string {
  count += 1;
  const { from = 'LAB', event = 'ADT^A08', id = `M${count}`, version = '2.5.1', processing = 'P' } = header;
  const { sequence = '', accept = '', application = '' } = header;
  return `MSH|^~\\&|${from}|F|ATHANOR|CLINIC|20260101120000||${event}|${id}|${processing}|${version}|${sequence}||${accept}|${application}`;
}

export function adt(patient: string, header: Header = {}): string {
  return `${msh(header)}\rEVN|A08|20260101120000\rPID|1||${patient}^^^MRN||Test^Person\r`;
}

/** Code of MSA-1. */
export function codeIn(reply: string | undefined): string | undefined {
  return /\rMSA\|([A-Z]{2})\|/.exec(reply ?? '')?.[1];
}
