import { uuidv7 } from '../kernel/id.ts';
import type { AuditRow } from '../storage/audit-rows.ts';
import { detailText } from './detail.ts';
import type { Kind } from './kinds.ts';
import { whoOf, type WhoDetail } from './who.ts';
import type { AuditWriter } from './writer.ts';

/** Something that happened outside of the FHIR interface: a sign-in, a decision about access, a disclosure, a review. */
export interface LoggedEvent {
  readonly kind: Kind;
  /** What exactly, as a code: `sign-in`, `token-issued`, `disclose`, … */
  readonly interaction: string;
  readonly outcome: 'success' | 'failure';
  readonly tenant: number;
  readonly who: WhoDetail;
  readonly ip?: string;
  readonly requestId?: string;
  /** `Patient/id` of those concerned. */
  readonly patients?: readonly string[];
  readonly action?: 'C' | 'R' | 'U' | 'D' | 'E';
  /** Why, or what was wrong. */
  readonly text?: string;
  readonly facts?: Readonly<Record<string, string | number>>;
  /** Ids of events whose detail was erased. */
  readonly erased?: readonly string[];
}

export interface AuditLog {
  /**
   * Resolves when the event is stored.
   * @throws Fault 503 when it cannot be: what it is about must not happen then
   */
  record(event: LoggedEvent): Promise<void>;
}

export function createAuditLog(writer: AuditWriter, now: () => number): AuditLog {
  return {
    record: (event) => writer.store(event.tenant, [rowOfLogged(event, now())]),
  };
}

/** @param recorded milliseconds */
export function rowOfLogged(event: LoggedEvent, recorded: number): AuditRow {
  const { kind, interaction, outcome, patients = [], action = 'E', text, facts, erased } = event;
  const { agent, text: who } = whoOf(event.who);
  const detail = {
    ...(text === undefined ? {} : { text }),
    ...(facts === undefined ? {} : { facts }),
    ...(erased === undefined ? {} : { erased }),
  };
  return {
    recorded,
    id: uuidv7(recorded),
    kind,
    action,
    outcome: outcome === 'success' ? 0 : 4,
    status: 0,
    interaction,
    type: '',
    resourceId: '',
    version: 0,
    agent,
    who,
    ip: event.ip ?? '',
    requestId: event.requestId ?? '',
    patients,
    found: '',
    detail: Object.keys(detail).length === 0 ? '' : detailText(detail),
  };
}
