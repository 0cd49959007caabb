import type { Principal } from '../access/principal.ts';
import { addPatients } from '../fhir/audit-patients.ts';
import type { AnsweredTrail, AuditEntry, RequestTrail, TransactionTrail } from '../fhir/audit-trail.ts';
import { uuidv7 } from '../kernel/id.ts';
import type { AuditRow, AuditRows } from '../storage/audit-rows.ts';
import { detailText } from './detail.ts';
import { entryOfRequest, type Begun } from './entry-of-request.ts';
import { ANONYMOUS, whoIs, type Who } from './who.ts';
import type { AuditWriter } from './writer.ts';

/** A request as the server's door knows it. */
export interface RequestAtDoor {
  /** Undefined while nobody is signed in. */
  readonly principal: Principal | undefined;
  readonly requestId: string;
  readonly ip: string;
  readonly baseUrl: string;
}

/** Where nobody is signed in, events belong to the installation's own tenant. */
export const OWN_TENANT = 1;

/** What the events of a request have in common. */
interface Frame {
  who: Who;
  readonly ip: string;
  readonly requestId: string;
  readonly baseUrl: string;
  readonly now: () => number;
  readonly maskQuery: (query: string) => string;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type Row = Writable<AuditRow>;

/**
 * Opens the trail of a request.
 * @param maskQuery a query as it may be kept
 */
export function createTrails(
  writer: AuditWriter,
  now: () => number,
  maskQuery: (query: string) => string = (query) => query,
): (request: RequestAtDoor) => RequestTrail {
  return ({ principal, requestId, ip, baseUrl }) => {
    const who = principal === undefined ? ANONYMOUS : whoIs(principal);
    const frame: Frame = { who, ip, requestId, baseUrl, now, maskQuery };
    const tenant = principal?.tenant ?? OWN_TENANT;
    const rows: Row[] = [];
    const trail = answeredTrail(frame, rows);
    let over: (() => void) | undefined;
    // One by one: every request comes by, and to spread it costs as much as all the rest (3 µs).
    return {
      isOn: trail.isOn,
      note: trail.note,
      rows: trail.rows,
      transaction: trail.transaction,
      part: trail.part,
      succeeded: trail.succeeded,
      failed: trail.failed,
      actsAs(acting) {
        frame.who = whoIs(acting);
      },
      begin(interaction, path, query) {
        over ??= writer.expect(tenant);
        trail.begin(interaction, path, query);
      },
      settle() {
        const stored = rows.length === 0 ? Promise.resolve() : writer.store(tenant, rows.splice(0));
        over?.();
        over = undefined;
        return stored;
      },
    };
  };
}

/** @param rows of the whole request, to be stored when it settles */
function answeredTrail(frame: Frame, rows: Row[]): AnsweredTrail {
  const start = rows.length;
  let begun: Begun | undefined;
  let isStored = false;

  const generic = (status: number, reason?: string): Row => rowOf(frame, begun, entryOfRequest(begun), status, reason);
  const note = (entry: AuditEntry): void => void rows.push(rowOf(frame, begun, entry, 0));

  return {
    isOn: true,
    note,
    rows(entries) {
      isStored ||= entries.length > 0;
      return entries.length === 0 ? undefined : pack(entries.map((entry) => rowOf(frame, begun, entry, 0)));
    },
    transaction: () =>
      transactionTrail(
        (entry) => rowOf(frame, begun, entry, 0),
        (noted) => {
          if (noted.length === 0 && isStored) return undefined;
          isStored = true;
          return pack(noted.length === 0 ? [generic(200)] : noted);
        },
      ),
    part() {
      isStored = true;
      return answeredTrail(frame, rows);
    },
    begin(interaction, path, query) {
      begun = { interaction, path, query };
    },
    succeeded(status) {
      if (rows.length === start && !isStored) rows.push(generic(status));
      for (let index = start; index < rows.length; index += 1) {
        const row = rows[index];
        if (row?.status === 0) row.status = status;
      }
    },
    failed(status, reason) {
      rows.splice(start);
      rows.push(generic(status, reason));
    },
  };
}

/** Everything is stored by the transaction itself, at its end. */
function transactionTrail(
  toRow: (entry: AuditEntry) => Row,
  pending: (noted: readonly Row[]) => AuditRows | undefined,
): TransactionTrail {
  const noted: Row[] = [];
  const note = (entry: AuditEntry): void => void noted.push(toRow(entry));
  const trail: TransactionTrail = {
    isOn: true,
    note,
    rows(entries) {
      for (const entry of entries) note(entry);
      return undefined;
    },
    transaction: () => trail,
    part: () => ({ ...trail, succeeded: () => undefined, failed: () => undefined }),
    begin: () => undefined,
    pending: () => pending(noted),
  };
  return trail;
}

/** Of what is stored before there is an answer. */
const EXPECTED: Readonly<Record<AuditEntry['action'], number>> = { C: 201, R: 200, U: 200, D: 204, E: 200 };

function pack(rows: readonly Row[]): AuditRows {
  return rows.map((row) => (row.status === 0 ? { ...row, status: EXPECTED[row.action as AuditEntry['action']] } : row));
}

function rowOf(
  { who, ip, requestId, baseUrl, now, maskQuery }: Frame,
  begun: Begun | undefined,
  entry: AuditEntry,
  status: number,
  reason?: string,
): Row {
  const { action, interaction, type = '', id = '', version = 0, query, seen = NOTHING } = entry;
  const recorded = now();
  const patients = new Set<string>(entry.patients);
  for (const one of seen) addPatients(patients, one.type, one.id, one.body, baseUrl);
  if (type === 'Patient' && id !== '') patients.add(`Patient/${id}`);
  return {
    recorded,
    id: uuidv7(recorded),
    kind: 'rest',
    action,
    outcome: status >= 500 ? 8 : status >= 400 ? 4 : 0,
    status,
    interaction,
    type,
    resourceId: id,
    version,
    agent: who.agent,
    who: who.text,
    ip,
    requestId,
    patients: [...patients],
    found: entry.found?.join(' ') ?? (action === 'E' || seen.length > 1 ? namesOf(seen) : ''),
    detail: detailOf(
      query === undefined || query === '' ? undefined : maskQuery(query),
      action === 'E' ? begun?.path.join('/') : undefined,
      reason,
    ),
  };
}

const NOTHING: NonNullable<AuditEntry['seen']> = [];

function namesOf(seen: NonNullable<AuditEntry['seen']>): string {
  return [...new Set(seen.map(({ type, id }) => `${type}/${id}`))].join(' ');
}

/** Most reads have none. */
function detailOf(query: string | undefined, path: string | undefined, text: string | undefined): string {
  if (query === undefined && path === undefined && text === undefined) return '';
  return detailText({
    ...(query === undefined ? {} : { query }),
    ...(path === undefined ? {} : { path }),
    ...(text === undefined ? {} : { text }),
  });
}
