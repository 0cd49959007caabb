import type { Ctx, Engine } from '../../server/fhir/engine.ts';
import type { Db, Queryable } from '../../server/storage/db.ts';

export type Interaction = (engine: Engine, ctx: Ctx) => Promise<unknown>;

/** Names of the statements of an interaction; those of modules and unnamed ones by their first word. */
export async function statementsIn(
  open: { readonly engine: Engine; ctx(): Ctx },
  work: Interaction,
): Promise<readonly string[]> {
  const names: string[] = [];
  const counted = <Q extends Queryable>(db: Q): Q => ({
    ...db,
    query(statement) {
      const { name = 'projection_', text } = statement;
      names.push(name.startsWith('projection_') ? text.trimStart().split(/[\s(]/, 1).join() : name);
      return db.query(statement);
    },
  });
  const db = open.engine.dbOf(1);
  const transactions: Db = {
    ...db,
    transaction(inner) {
      names.push('begin');
      return db.transaction((tx) => inner(counted(tx)));
    },
  };
  const engine = Object.create(open.engine, { dbOf: { value: () => transactions } }) as Engine;
  await work(engine, { ...open.ctx(), db: counted(db) });
  return names;
}
