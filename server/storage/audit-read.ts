import type { Queryable } from './db.ts';

/** A stored event; what is absent is null. See AuditRow. */
export interface StoredAudit {
  readonly tenant: number;
  readonly recorded: number;
  readonly id: string;
  readonly tx: number;
  readonly kind: string;
  readonly action: string | null;
  readonly outcome: number;
  readonly status: number;
  readonly interaction: string | null;
  readonly type: string | null;
  readonly resourceId: string | null;
  readonly version: number;
  readonly agent: string;
  readonly who: string;
  readonly ip: string | null;
  readonly requestId: string | null;
  readonly patient: string | null;
  readonly patients: readonly string[] | null;
  readonly found: string | null;
  readonly detail: string | null;
}

const COLUMNS =
  'tenant, recorded, id, tx, kind, action, outcome, status, interaction, type, resource_id as "resourceId", version, ' +
  'agent, who, ip, request_id as "requestId", patient, patients, found, detail';

/** `Patient/id` of those whom an event concerns. */
export function patientsOf({ patient, patients }: StoredAudit): readonly string[] {
  return patients ?? (patient === null ? [] : [patient]);
}

/** Conditions on events, with the values of their parameters: `$n` of a text is the n-th value. */
export interface AuditConditions {
  readonly texts: readonly string[];
  readonly values: readonly unknown[];
}

/** Where a page ended. */
export interface AuditPosition {
  readonly recorded: number;
  readonly id: string;
}

/** Collects conditions that must all hold. */
export interface ConditionList extends AuditConditions {
  /** @param text SQL over the columns of audit_event; `place(value)` gives the parameter of a value */
  add(text: (place: (value: unknown) => string) => string): void;
}

export function auditConditions(tenant: number): ConditionList {
  const texts = ['tenant = $1'];
  const values: unknown[] = [tenant];
  return {
    texts,
    values,
    add(text) {
      texts.push(text((value) => `$${values.push(value)}`));
    },
  };
}

/** Events, newest first. */
export async function readAudit(
  db: Queryable,
  { texts, values }: AuditConditions,
  limit: number,
): Promise<readonly StoredAudit[]> {
  return db.query<StoredAudit>({
    text: `select ${COLUMNS} from audit_event where ${texts.join(' and ')} order by recorded desc, id desc limit ${limit}`,
    values,
  });
}

/** The milliseconds in a UUIDv7; undefined of another text. Events are partitioned by them. */
export function timeOfId(id: string): number | undefined {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id)
    ? parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
    : undefined;
}

/** Events behind the position of a chain, oldest transaction first, of those that no transaction can still precede. */
export async function readUnlinked(
  db: Queryable,
  after: { readonly tx: number; readonly id: string },
  base: number,
  limit: number,
): Promise<readonly StoredAudit[]> {
  return db.query<StoredAudit>({
    name: 'audit_unlinked',
    text:
      `select ${COLUMNS} from audit_event where tx >= $1 and (tx > $1 or id > $2::uuid) ` +
      `and tx < pg_snapshot_xmin(pg_current_snapshot())::text::bigint + $3::bigint order by tx, id limit $4::integer`,
    values: [after.tx, after.id, base, limit],
  });
}

/** Events of all tenants between two places of the chain, the first excluded and the last included, in its order. */
export async function readChained(
  db: Queryable,
  after: { readonly tx: number; readonly id: string },
  upTo: { readonly tx: number; readonly id: string },
): Promise<readonly StoredAudit[]> {
  return db.query<StoredAudit>({
    text:
      `select ${COLUMNS} from audit_event where tx >= $1 and (tx > $1 or id > $2::uuid) ` +
      `and tx <= $3 and (tx < $3 or id <= $4::uuid) order by tx, id`,
    values: [after.tx, after.id, upTo.tx, upTo.id],
  });
}
