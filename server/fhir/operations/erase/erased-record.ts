import { isObject, type JsonObject, type JsonValue } from '../../../kernel/json.ts';
import { SUBJECT_ELEMENTS } from '../../../protection/patient-of.ts';
import { readForWrite } from '../../../storage/lock.ts';
import type { Ctx, Engine } from '../../engine.ts';
import { parseStored } from '../../write/current.ts';
import { referrersOf, type LiveResource } from '../../write/referrers.ts';
import type { Evidence } from './evidence.ts';
import { withoutPatient } from './without-patient.ts';
import type { Words } from './words-of.ts';

/** What an erasure does to live resources. */
export interface ErasedRecord extends Evidence {
  /** By `Type/id`: they go. The patient first, unless it is deleted already. */
  readonly erased: ReadonlyMap<string, LiveResource>;
  /** By `Type/id`: they stay, as what is left of them. */
  readonly changed: ReadonlyMap<string, { readonly live: LiveResource; readonly left: JsonObject }>;
}

/** Identities per statement: each is looked for in every reference slot. */
const CHUNK = 50;

/**
 * The patient's own resources, those that are nothing without them, and those of others that mention them: with every
 * resource that goes those are looked at that refer to it. Everything is locked.
 * @param bundles `Bundle/id` of stored Bundles in which the patient occurs: they go
 */
export async function findRecord(
  engine: Engine,
  ctx: Ctx,
  patient: string,
  words: Words,
  bundles: readonly string[],
): Promise<ErasedRecord> {
  const patientName = `Patient/${patient}`;
  const erased = new Map<string, LiveResource>();
  const mentioning = new Map<string, LiveResource>();
  const gone = new Set([patientName]);
  const isGone = (reference: string): boolean => gone.has(relativeTo(engine, ctx, reference));
  const isForeign = foreignTo(engine, ctx);
  const rule: Evidence = { isGone, isForeign, words };

  async function take(names: readonly string[]): Promise<void> {
    const hasher = engine.hasher(ctx.tenant);
    const rows = await readForWrite(
      ctx.db,
      ctx.tenant,
      names.map((name) => hasher.target(name)),
      true,
    );
    for (const name of names) {
      const row = rows.get(hasher.target(name));
      const [type = ''] = name.split('/');
      if (row !== undefined) erased.set(name, { type, row, resource: parseStored(type, row) });
    }
  }

  function go(name: string, live: LiveResource): string[] {
    gone.add(name);
    erased.set(name, live);
    mentioning.delete(name);
    return [name, ...attachedBinaries(live.resource).filter((binary) => !gone.has(binary))];
  }

  await take([patientName, ...bundles]);
  for (const bundle of bundles) gone.add(bundle);
  let next = [patientName, ...bundles];
  while (next.length > 0) {
    const found: string[] = [];
    for (const binary of next.filter((name) => name.startsWith('Binary/'))) {
      gone.add(binary);
      await take([binary]);
    }
    for (let at = 0; at < next.length; at += CHUNK) {
      const chunk = next.slice(at, at + CHUNK);
      for (const live of await referrersOf(engine, ctx, chunk)) {
        const name = `${live.type}/${live.row.id}`;
        if (gone.has(name)) continue;
        if (isOnlyOf(live.resource, isGone)) found.push(...go(name, live));
        else mentioning.set(name, live);
      }
    }
    // What loses what it needs goes too.
    for (const [name, live] of [...mentioning]) {
      if (withoutPatient(engine.definitions, live.resource, rule) === undefined) found.push(...go(name, live));
    }
    next = [...new Set(found)];
  }

  const changed = new Map<string, { live: LiveResource; left: JsonObject }>();
  for (const [name, live] of mentioning) {
    const left = withoutPatient(engine.definitions, live.resource, rule);
    if (left !== undefined && left !== live.resource) changed.set(name, { live, left });
  }
  return { erased, changed, ...rule };
}

/** Whether a resource is of the patient alone: all whose it says that it is are gone. */
export function isOnlyOf(resource: JsonObject, isGone: (reference: string) => boolean): boolean {
  // What left the stock has left it: that is the clinic's own record, of which only the receiver is the patient's.
  if (resource.resourceType === 'SupplyDelivery') return false;
  const owners = SUBJECT_ELEMENTS.flatMap((name) => referencesAt(resource[name]));
  if (resource.resourceType === 'Appointment') owners.push(...patientsAmong(resource.participant));
  return owners.length > 0 && owners.every(isGone);
}

function patientsAmong(participants: JsonValue | undefined): readonly string[] {
  const actors = Array.isArray(participants)
    ? participants.filter(isObject).flatMap(({ actor }) => referencesAt(actor))
    : [];
  return actors.filter((reference) => /(^|\/)Patient\//.test(reference));
}

function referencesAt(value: JsonValue | undefined): readonly string[] {
  const list = Array.isArray(value) ? value : [value];
  return list.flatMap((item) => (isObject(item) && typeof item.reference === 'string' ? [item.reference] : []));
}

/** Documents are referred to by the address in Attachment.url, which is no reference. */
function attachedBinaries(value: JsonValue | undefined): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(attachedBinaries);
  if (!isObject(value)) return [];
  const { url } = value;
  const own = typeof url === 'string' ? /(?:^|\/)(Binary\/[A-Za-z0-9.-]{1,64})$/.exec(url)?.[1] : undefined;
  const inner = Object.values(value).flatMap(attachedBinaries);
  return own === undefined ? inner : [own, ...inner];
}

/** Whether an address is one of another server. */
export function foreignTo({ settings }: Engine, { baseUrl }: Ctx): (address: string) => boolean {
  return (address) =>
    /^https?:/.test(address) && ![baseUrl, settings.baseUrl].some((base) => address.startsWith(`${base}/`));
}

/** `Type/id` of a reference to this server, without version. */
export function relativeTo(engine: Engine, ctx: Ctx, reference: string): string {
  const base = [ctx.baseUrl, engine.settings.baseUrl].find((each) => reference.startsWith(`${each}/`));
  const path = base === undefined ? reference : reference.slice(base.length + 1);
  return path.replace(/\/_history\/[0-9]+$/, '');
}
