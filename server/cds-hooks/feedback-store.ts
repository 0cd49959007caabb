import type { Queryable } from '../storage/db.ts';
import type { Feedback } from './feedback.ts';

export interface StoredFeedback extends Feedback {
  readonly service: string;
  readonly client: string;
}

export interface FeedbackFilter {
  readonly service: string | undefined;
  readonly outcome: string | undefined;
  /** Milliseconds; received from then on. */
  readonly since: number;
  readonly limit: number;
}

interface Row {
  readonly service: string;
  readonly card: string;
  readonly outcome: Feedback['outcome'];
  readonly at: number;
  readonly suggestions: readonly string[];
  readonly reason_system: string | null;
  readonly reason_code: string | null;
  readonly reason_display: string | null;
  readonly comment: string | null;
  readonly client: string;
}

/** What a client sends again changes nothing. */
export async function storeFeedback(
  db: Queryable,
  tenant: number,
  received: number,
  items: readonly StoredFeedback[],
): Promise<void> {
  const rows = items.map(({ suggestions, reason, ...item }) => ({
    ...item,
    suggestions,
    reason_system: reason?.system,
    reason_code: reason?.code,
    reason_display: reason?.display,
  }));
  await db.query({
    name: 'cds_store_feedback',
    text:
      'insert into cds_feedback (tenant, service, card, outcome, at, suggestions, reason_system, reason_code, reason_display, ' +
      'comment, client, received) select $1, service, card, outcome, at, suggestions, reason_system, reason_code, ' +
      'reason_display, comment, client, $2 from jsonb_to_recordset($3::jsonb) as f (service text, card text, outcome text, ' +
      'at bigint, suggestions text[], reason_system text, reason_code text, reason_display text, comment text, client text) ' +
      'on conflict do nothing',
    values: [tenant, received, JSON.stringify(rows)],
  });
}

/** Newest first. */
export async function listFeedback(
  db: Queryable,
  tenant: number,
  { service, outcome, since, limit }: FeedbackFilter,
): Promise<readonly StoredFeedback[]> {
  const rows = await db.query<Row>({
    name: 'cds_list_feedback',
    text:
      'select service, card, outcome, at, suggestions, reason_system, reason_code, reason_display, comment, client ' +
      'from cds_feedback where tenant = $1 and received >= $2 and ($3::text is null or service = $3) ' +
      'and ($4::text is null or outcome = $4) order by received desc, at desc, card limit $5',
    values: [tenant, since, service ?? null, outcome ?? null, limit],
  });
  return rows.map(({ reason_system: system, reason_code: code, reason_display: display, comment, ...row }) => ({
    ...row,
    reason:
      code === null
        ? undefined
        : { code, ...(system === null ? {} : { system }), ...(display === null ? {} : { display }) },
    comment: comment ?? undefined,
  }));
}

/** How often cards of each service were accepted and overridden. */
export async function countFeedback(
  db: Queryable,
  tenant: number,
  since: number,
): Promise<readonly { readonly service: string; readonly accepted: number; readonly overridden: number }[]> {
  return db.query({
    name: 'cds_count_feedback',
    text:
      `select service, count(*) filter (where outcome = 'accepted') as accepted, count(*) filter (where outcome = 'overridden') ` +
      'as overridden from cds_feedback where tenant = $1 and received >= $2 group by service order by service',
    values: [tenant, since],
  });
}
