import type { OpenEngine } from '../../../server/boot/open-engine.ts';
import type { JsonObject } from '../../../server/kernel/json.ts';
import { bodyTail } from '../../../server/storage/body.ts';
import { insertResources, METHOD, type NewResource } from '../../../server/storage/insert.ts';
import { NO_TARGETS } from '../../../server/storage/required-targets.ts';
import { createRandom, observation, patient, practitioner } from './generate.ts';

const BATCH = 500;
const TENANT = 1;

/** Fills an empty database by the statements that the server writes with; statistics and visibility are fresh after it. */
export async function load(open: OpenEngine, patients: number, observations: number): Promise<void> {
  const random = createRandom(20_241_125);
  await loadAll(open, 50, (index) => practitioner(index));
  await loadAll(open, patients, (index) => patient(index, random));
  await loadAll(open, observations, (index) => observation(index, patients, random));
  await open.engine.db.query({ text: 'vacuum analyze', values: [] });
}

async function loadAll(open: OpenEngine, count: number, make: (index: number) => JsonObject): Promise<void> {
  const { engine } = open;
  const hasher = engine.hasher(TENANT);
  let pending: Promise<unknown> = Promise.resolve();
  for (let start = 0; start < count; start += BATCH) {
    const pids = await engine.pids.take(engine.db, Math.min(BATCH, count - start));
    const batch = pids.map((pid, offset): NewResource => {
      const resource = make(start + offset);
      const type = String(resource.resourceType);
      const id = String(resource.id);
      return {
        pid,
        ref: hasher.target(`${type}/${id}`),
        typeId: engine.definitions.typeId(type),
        id,
        version: 1,
        updated: Date.now(),
        method: METHOD.PUT,
        body: bodyTail(resource),
        rows: engine.indexer.index(resource, hasher),
      };
    });
    // The next batch is made while the database writes this one.
    await pending;
    pending = insertResources(engine.db, TENANT, batch, NO_TARGETS);
  }
  await pending;
}
