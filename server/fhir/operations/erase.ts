import { unrestricted } from '../../access/access.ts';
import { forgetGlass } from '../../access/break-glass.ts';
import type { Principal } from '../../access/principal.ts';
import { requireFreshFactor } from '../../access/step-up.ts';
import { fault, type Fault } from '../../kernel/fault.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { isHeld } from '../../protection/legal-hold.ts';
import { moveKeys } from '../../protection/key-table.ts';
import type { Signer } from '../../protection/signer.ts';
import type { Queryable } from '../../storage/db.ts';
import {
  purgeHistory,
  purgeUrisWith,
  refreshSamples,
  restoreUsedUris,
  storeCertificate,
  type UriEntry,
} from '../../storage/erasure.ts';
import { instanceHistory, type HistoryRow } from '../../storage/history.ts';
import { lockNumbers } from '../../storage/lock.ts';
import { adoptSeen } from '../../storage/uri-seen.ts';
import { MAX_DATE, MIN_DATE } from '../../search/index/date-range.ts';
import { NO_TRAIL } from '../audit-trail.ts';
import type { Ctx, Engine } from '../engine.ts';
import { announceChange, changesCommitted } from '../live/changes.ts';
import { single, type Query } from '../query.ts';
import type { FhirResponse } from '../request.ts';
import { parseStored } from '../write/current.ts';
import { findRecord, type ErasedRecord } from './erase/erased-record.ts';
import { findBundles, purgeAnswers, purgeLive, purgeMentions, writeChanged } from './erase/purge.ts';
import { wordsOf, type Words } from './erase/words-of.ts';
import { primitiveInput } from './input.ts';
import type { Operation, OperationCall } from './operation.ts';

/** Whom an erasure is about. */
export interface ErasedPatient {
  readonly tenant: number;
  /** Of the Patient. */
  readonly id: string;
  /** `Type/id` of all that is erased, the patient among them. */
  readonly names: readonly string[];
  /** Names and numbers of the patient, as they may stand in texts. */
  readonly words: Words;
  /** Who erases. */
  readonly by: Principal;
}

/** Erases what another part of the server keeps of a patient, in the transaction of the erasure. Returns what, with counts. */
export type Eraser = (tx: Queryable, erased: ErasedPatient) => Promise<Readonly<Record<string, number>>>;

export interface ErasePorts {
  readonly signer: Signer;
  /** What stands for an identity in certificates: who knows the identity can find them, and nobody else. */
  pseudonym(text: string): string;
  /** Years that a record is kept after its last entry. 0: no longer than wanted. */
  readonly retentionYears: number;
  readonly erasers: readonly Eraser[];
  /**
   * See Protection.checkedEverywhere: before the answer, since whoever has it may store another patient under the id, whose
   * elements must not be encrypted by the key that was destroyed.
   */
  keysChecked(): Promise<void>;
}

/** Why a record is erased. It stands in the certificate. */
const BASES = ['consent-withdrawn', 'no-longer-needed', 'objection', 'unlawful', 'legal-obligation', 'test-data'];
const INPUTS = ['confirm', 'basis'];

/** https://eur-lex.europa.eu/eli/reg/2016/679/oj, article 17 */
export function eraseOperation(ports: ErasePorts): Operation {
  return {
    code: 'erase',
    definition: 'https://athanor.health/fhir/OperationDefinition/erase',
    text:
      'For administrators with a fresh second factor: erases a patient for good, from live data, history and every index, and ' +
      `from what others say of them. Takes confirm (the patient's id again) and basis (${BASES.join(', ')}); answers a signed certificate.`,
    levels: ['instance'],
    types: ['Patient'],
    affectsState: true,
    run: (engine, ctx, call) => erase(engine, ctx, call, ports),
  };
}

async function erase(engine: Engine, ctx: Ctx, call: OperationCall, ports: ErasePorts): Promise<FhirResponse> {
  const { request, id = '' } = call;
  const input = primitiveInput(request, INPUTS);
  const basis = basisOf(input);
  if (single(input, 'confirm') !== id) {
    throw fault('erase.notConfirmed', 400, 'required', 'confirm must be the id of the patient, as in the URL.');
  }
  requireFreshFactor(ctx.access, ctx.now());
  const ref = engine.hasher(ctx.tenant).target(`Patient/${id}`);
  const { certificate, uris } = await engine.db.transaction(async (tx) => {
    tx.afterCommit(() => {
      adoptSeen(engine.db, tx);
      changesCommitted(engine.db, tx);
    });
    const inner: Ctx = { ...ctx, db: tx, inTransaction: true, access: unrestricted(ctx.tenant), audit: NO_TRAIL };
    await lockNumbers(tx, [ref]);
    if (await isHeld(tx, ctx.tenant, id)) throw held(id);
    const versions = await versionsOf(inner, id, ref);
    const words = wordsOf(versions.flatMap(({ resource }) => (resource === undefined ? [] : [resource])));
    const record = await findRecord(engine, inner, id, words, await findBundles(engine, inner, id, words));
    refuseRetained(ctx, record, ports.retentionYears);
    return eraseRecord(engine, inner, { id, words, record, pids: versions.map(({ pid }) => pid) }, ports, {
      basis,
      by: ctx.access.principal,
    });
  });
  await refreshSamples(engine.db);
  await ports.keysChecked();
  // Behind the wait: no process that believes in them is left.
  await restoreUsedUris(engine.db, ctx.tenant, uris);
  return { status: 200, headers: {}, text: JSON.stringify(certificate) };
}

interface Target {
  readonly id: string;
  readonly words: Words;
  readonly record: ErasedRecord;
  /** Of the patient's versions. */
  readonly pids: readonly number[];
}

async function eraseRecord(
  engine: Engine,
  ctx: Ctx,
  { id, words, record, pids }: Target,
  ports: ErasePorts,
  { basis, by }: { readonly basis: string; readonly by: Principal },
): Promise<{ readonly certificate: object; readonly uris: readonly UriEntry[] }> {
  const { tenant } = ctx;
  const counts = new Map<string, number>();
  const count = (name: string, more: number): void => void counts.set(name, (counts.get(name) ?? 0) + more);
  for (const { type } of record.erased.values()) count(type, 1);
  count('superseded versions', await purgeLive(engine, ctx, record));
  await writeChanged(engine, ctx, record);
  count('changed resources', record.changed.size);
  const mentions = await purgeMentions(engine, ctx, record, id);
  count('superseded versions', mentions.purged + (await purgeHistory(ctx.db, tenant, pids)));
  count('changed versions', mentions.changed);
  count('kept answers', await purgeAnswers(ctx, record, id));
  const uris = await purgeUrisWith(ctx.db, tenant, words.all);
  if (uris.length > 0) await announceChange(engine, ctx, 'uris');
  count('emergencies', await forgetGlass(ctx.db, tenant, id));
  const names = [...new Set([`Patient/${id}`, ...record.erased.keys()])];
  for (const eraser of ports.erasers) {
    for (const [name, more] of Object.entries(await eraser(ctx.db, { tenant, id, names, words, by })))
      count(name, more);
  }
  for (const state of ['current', 'retired'] as const) {
    count('keys', (await moveKeys(ctx.db, { tenant, kind: 'patient', owner: id, state }, 'destroyed')).length);
  }
  return { certificate: await certify(ctx, ports, { id, basis, by, counts }), uris };
}

interface Done {
  readonly id: string;
  readonly basis: string;
  readonly by: Principal;
  readonly counts: ReadonlyMap<string, number>;
}

async function certify(ctx: Ctx, { signer, pseudonym }: ErasePorts, { id, basis, by, counts }: Done): Promise<object> {
  const statement = {
    id: ctx.newId(),
    server: ctx.baseUrl,
    tenant: ctx.tenant,
    subject: pseudonym(`${ctx.tenant}/Patient/${id}`),
    erased: new Date(ctx.now()).toISOString(),
    basis,
    by: by.fhirUser ?? by.account ?? by.client ?? by.kind,
    counts: Object.fromEntries([...counts].filter(([, number]) => number > 0)),
    key: signer.keyId,
  };
  const certificate = JSON.stringify(statement);
  const signature = signer.sign(certificate);
  const { subject } = statement;
  await storeCertificate(ctx.db, ctx.tenant, { id: statement.id, subject, erased: ctx.now(), certificate, signature });
  return {
    resourceType: 'Parameters',
    parameter: [
      { name: 'certificate', valueString: certificate },
      { name: 'signature', valueBase64Binary: signature },
      { name: 'publicKey', valueString: signer.publicKey },
    ],
  };
}

interface PatientVersion {
  readonly pid: number;
  readonly resource: JsonObject | undefined;
}

/** All versions of the patient, live or not. @throws Fault 404 when there are none */
async function versionsOf(ctx: Ctx, id: string, ref: string): Promise<readonly PatientVersion[]> {
  const window = { since: MIN_DATE, before: { updated: MAX_DATE, pid: -1 }, currentAfter: undefined, limit: 10_000 };
  const rows = await ctx.db.query<HistoryRow>(instanceHistory(ctx.tenant, ref, window));
  if (rows.length === 0) throw fault('rest.notFound', 404, 'not-found', `Patient/${id} does not exist.`);
  return rows.map(({ pid, version, updated, body }) => ({
    pid,
    resource: body === null ? undefined : parseStored('Patient', { id, version, updated, body }),
  }));
}

function basisOf(input: Query): string {
  const basis = single(input, 'basis');
  if (basis !== undefined && BASES.includes(basis)) return basis;
  throw fault('erase.noBasis', 400, 'required', `basis must be one of ${BASES.join(', ')}.`);
}

function held(id: string): Fault {
  const text = `The record of Patient/${id} is under legal hold; release it with $legal-hold first.`;
  return fault('erase.legalHold', 409, 'business-rule', text);
}

/** @throws Fault 409 while the record is younger than records are kept */
function refuseRetained(ctx: Ctx, { erased }: ErasedRecord, years: number): void {
  if (years === 0) return;
  const until = new Date(Math.max(0, ...[...erased.values()].map(({ row }) => row.updated)));
  until.setUTCFullYear(until.getUTCFullYear() + years);
  if (until.getTime() <= ctx.now()) return;
  const text = `Records are kept for ${years} years after their last entry: this one until ${until.toISOString().slice(0, 10)}.`;
  throw fault('erase.retained', 409, 'business-rule', text);
}
