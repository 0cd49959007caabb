import type { Queryable } from './db.ts';

/** One event as it is stored. What is absent is the empty text. */
export interface AuditRow {
  /** Milliseconds; the time in `id`. */
  readonly recorded: number;
  /** UUIDv7. */
  readonly id: string;
  /** What kind of event, see server/audit/kinds.ts. */
  readonly kind: string;
  readonly action: string;
  /** https://hl7.org/fhir/R4/valueset-audit-event-outcome.html */
  readonly outcome: number;
  /** HTTP status; 0 outside of HTTP. */
  readonly status: number;
  readonly interaction: string;
  readonly type: string;
  readonly resourceId: string;
  /** 0: no version. */
  readonly version: number;
  /** `Practitioner/1`, `client/ID`, `account/ID`, `server`, `anonymous`. */
  readonly agent: string;
  /** JSON: who it was, in all detail. */
  readonly who: string;
  readonly ip: string;
  readonly requestId: string;
  /** `Patient/id` of those concerned. */
  readonly patients: readonly string[];
  /** `Type/id` of what was returned, separated by blanks. */
  readonly found: string;
  /** JSON of what may have to be erased: query, texts, a client's own event. */
  readonly detail: string;
}

/** Rows as one parameter of a statement, see {@link auditInsertSql}. */
export interface AuditRows {
  readonly packed: string;
}

const ROW_END = '\u001e';
const FIELD_END = '\u001f';

/** Rows as text: PostgreSQL takes it apart faster than an array for each column, and it is one parameter more, not 19. */
export function packAuditRows(rows: readonly AuditRow[]): AuditRows {
  let packed = '';
  for (const row of rows) packed += (packed === '' ? '' : ROW_END) + packRow(row);
  return { packed };
}

/** Both parts in one statement. */
export function joinAuditRows(parts: readonly AuditRows[]): AuditRows {
  return { packed: parts.map(({ packed }) => packed).join(ROW_END) };
}

function packRow(row: AuditRow): string {
  return [
    row.recorded,
    row.id,
    row.kind,
    row.action,
    row.outcome,
    row.status,
    clean(row.interaction),
    clean(row.type),
    clean(row.resourceId),
    row.version,
    clean(row.agent),
    row.who,
    row.ip,
    row.requestId,
    row.patients.length === 1 ? clean(row.patients[0] ?? '') : '',
    row.patients.length > 1 ? clean(row.patients.join(' ')) : '',
    clean(row.found),
    row.detail,
  ].join(FIELD_END);
}

/** What a client sent must not end a field. JSON has these characters escaped, and requestId, ip and kind never have them. */
function clean(text: string): string {
  return text.includes(ROW_END) || text.includes(FIELD_END) || text.includes('\0')
    ? text.replaceAll(ROW_END, ' ').replaceAll(FIELD_END, ' ').replaceAll('\0', ' ')
    : text;
}

/**
 * `insert into audit_event …` with the tenant in `$1` and packed rows in `$place`.
 * @param gate SQL condition over the statement's CTEs, or an empty string
 */
export function auditInsertSql(place: number, gate: string): string {
  return (
    `insert into audit_event (tenant, recorded, id, kind, action, outcome, status, interaction, type, resource_id, version, ` +
    `agent, who, ip, request_id, patient, patients, found, detail) ` +
    `select $1, f[1]::bigint, f[2]::uuid, f[3], f[4], f[5]::smallint, f[6]::smallint, f[7], f[8], f[9], f[10]::integer, ` +
    `f[11], f[12], f[13], f[14], f[15], string_to_array(f[16], ' '), f[17], f[18] ` +
    // Without "offset 0" the text would be taken apart once for each column.
    `from (select string_to_array(r, chr(31), '') as f from unnest(string_to_array($${place}, chr(30))) r offset 0) u` +
    (gate === '' ? '' : ` where ${gate}`)
  );
}

/** Rows that no other statement stores. */
export async function storeAuditRows(db: Queryable, tenant: number, { packed }: AuditRows): Promise<void> {
  await db.query({ name: 'audit_rows', text: auditInsertSql(2, ''), values: [tenant, packed] });
}

/** Erases the details of events; everything else of an event can never be changed. */
export async function clearAuditDetails(
  tx: Queryable,
  tenant: number,
  events: readonly { readonly recorded: number; readonly id: string }[],
): Promise<void> {
  await tx.query({
    text:
      'update audit_event e set detail = null from unnest($2::bigint[], $3::uuid[]) u(recorded, id) ' +
      'where e.tenant = $1 and e.recorded = u.recorded and e.id = u.id',
    values: [tenant, events.map(({ recorded }) => recorded), events.map(({ id }) => id)],
  });
}
