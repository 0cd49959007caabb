import type { JsonObject } from '../../../kernel/json.ts';
import { bodyTail } from '../../../storage/body.ts';
import { dropKeys, keptAnswers } from '../../../storage/idempotency.ts';
import { purgeHistory, scanVersions, type ScannedVersion } from '../../../storage/erasure.ts';
import { METHOD } from '../../../storage/insert.ts';
import { sealParts } from '../../../storage/protected-bodies.ts';
import { replaceBodies } from '../../../storage/protected-rows.ts';
import { removeResources } from '../../../storage/remove.ts';
import { NO_TARGETS } from '../../../storage/required-targets.ts';
import { updateResources } from '../../../storage/update.ts';
import type { Ctx, Engine } from '../../engine.ts';
import { afterWrite } from '../../write/after-write.ts';
import { currentOf, parseStored } from '../../write/current.ts';
import { followWrites } from '../../write/follow-writes.ts';
import { foreignTo, isOnlyOf, relativeTo, type ErasedRecord } from './erased-record.ts';
import { isAbout, type Evidence } from './evidence.ts';
import { mentionOf } from './mention-of.ts';
import { withoutPatient } from './without-patient.ts';
import type { Words } from './words-of.ts';

const PAGE = 2000;
/** A version of which nothing could be left: it stays as a number. */
const NOTHING = '}}';

/** Live resources that go, with their history; index rows and contained resources with them. Returns the number of versions. */
export async function purgeLive(engine: Engine, ctx: Ctx, { erased }: ErasedRecord): Promise<number> {
  const removals = [...erased.values()].map(({ type, row }) => ({
    ...currentOf(engine, ctx.tenant, type, row),
    updated: row.updated + 1,
  }));
  if (removals.length === 0) return 0;
  await removeResources(ctx.db, ctx.tenant, removals);
  // Projections follow; no rule is asked whether a patient may be erased.
  await followWrites(
    engine,
    ctx,
    [...erased.values()].map(({ type, row }) => ({ type, id: row.id, before: row, after: undefined })),
  );
  for (const { type, row } of erased.values()) await afterWrite(engine, ctx, { type, id: row.id, resource: undefined });
  // The tombstones that were just made are no versions of anybody.
  return (
    (await purgeHistory(
      ctx.db,
      ctx.tenant,
      removals.map(({ pid }) => pid),
    )) - removals.length
  );
}

/** New versions of what stays, without the patient. */
export async function writeChanged(engine: Engine, ctx: Ctx, { changed }: ErasedRecord): Promise<void> {
  const hasher = engine.hasher(ctx.tenant);
  const changes = [...changed.values()].map(({ live: { type, row }, left }) => ({
    current: currentOf(engine, ctx.tenant, type, row),
    updated: Math.max(ctx.now(), row.updated + 1),
    method: METHOD.PUT,
    body: bodyTail(left),
    rows: engine.indexer.index(left, hasher),
  }));
  if (changes.length === 0) return;
  const outcome = await updateResources(ctx.db, ctx.tenant, changes, NO_TARGETS);
  if (outcome.kind !== 'written') throw new Error('a locked row changed');
  await followWrites(
    engine,
    ctx,
    [...changed.values()].map(({ live: { type, row } }, place) => {
      const { id, version } = row;
      const { updated = row.updated, body = row.body } = changes[place] ?? {};
      return { type, id, before: row, after: { type, id, version: version + 1, updated, body } };
    }),
  );
  for (const { live, left } of changed.values()) {
    await afterWrite(engine, ctx, { type: live.type, id: live.row.id, resource: left });
  }
}

/** Stored Bundles (documents, messages) in which the patient occurs: what is in them is in no index. */
export async function findBundles(engine: Engine, ctx: Ctx, patient: string, words: Words): Promise<readonly string[]> {
  const type = engine.definitions.typeId('Bundle');
  const evidence: Evidence = {
    isGone: (reference) => relativeTo(engine, ctx, reference) === `Patient/${patient}`,
    isForeign: foreignTo(engine, ctx),
    words,
  };
  const found: string[] = [];
  for await (const { version } of mentions(engine, ctx, { table: 'resource', type }, patient, evidence)) {
    found.push(`Bundle/${version.id}`);
  }
  return found;
}

/**
 * Versions in history that mention the patient: of deleted resources of theirs all go, of others what is left stays.
 * @returns how many went or were changed
 */
export async function purgeMentions(
  engine: Engine,
  ctx: Ctx,
  record: ErasedRecord,
  patient: string,
): Promise<{ readonly purged: number; readonly changed: number }> {
  const pids = new Set<number>();
  let changed = 0;
  for await (const { version, type, resource } of mentions(engine, ctx, { table: 'history' }, patient, record)) {
    const isOwn =
      !version.isLive &&
      (isOnlyOf(resource, record.isGone) || type === 'Bundle' || record.isGone(`${type}/${version.id}`));
    if (isOwn) {
      pids.add(version.pid);
      continue;
    }
    const left = type === 'Bundle' ? undefined : withoutPatient(engine.definitions, resource, record);
    if (left === resource) continue;
    await replaceVersion(ctx, version, left);
    changed += 1;
  }
  return { purged: await purgeHistory(ctx.db, ctx.tenant, [...pids]), changed };
}

async function replaceVersion(ctx: Ctx, version: ScannedVersion, left: JsonObject | undefined): Promise<void> {
  const { pid, type, id } = version;
  const body = left === undefined ? NOTHING : bodyTail(left);
  const [sealed] = await sealParts(ctx.db, ctx.tenant, [{ pid, typeId: type, id, body }]);
  await replaceBodies(ctx.db, ctx.tenant, 'history', [{ ...version, body: sealed?.body ?? body }]);
}

interface Mention {
  readonly version: ScannedVersion;
  readonly type: string;
  readonly resource: JsonObject;
}

async function* mentions(
  engine: Engine,
  ctx: Ctx,
  from: Parameters<typeof scanVersions>[2],
  patient: string,
  evidence: Evidence,
): AsyncGenerator<Mention> {
  const texts = [`Patient/${patient}`, ...evidence.words.all];
  let after = { pid: 0, version: 0 };
  for (;;) {
    const page = await scanVersions(ctx.db, ctx.tenant, from, after, texts, PAGE);
    for (const version of page) {
      if (version.body === '') continue;
      const type = engine.definitions.typeName(version.type);
      const resource = parseStored(type, version);
      if (isAbout(resource, evidence)) yield { version, type, resource };
    }
    const last = page.at(-1);
    if (last === undefined) return;
    after = last;
  }
}

/** Answers that are kept for repeated requests, as far as they name the patient or what was erased. */
export async function purgeAnswers(ctx: Ctx, record: ErasedRecord, patient: string): Promise<number> {
  const isAboutThem = mentionOf([`Patient/${patient}`, ...record.erased.keys()], record.words);
  let after = '';
  let count = 0;
  for (;;) {
    const page = await keptAnswers(ctx.db, ctx.tenant, after, 200);
    const last = page.at(-1);
    if (last === undefined) return count;
    after = last.key;
    const gone = page.filter(({ answer }) => isAboutThem(answer));
    await dropKeys(
      ctx.db,
      ctx.tenant,
      gone.map(({ key }) => key),
    );
    count += gone.length;
  }
}
