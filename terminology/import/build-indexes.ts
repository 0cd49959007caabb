import type { BulkConnection } from '../../server/storage/bulk-connection.ts';
import { indexStatements, releaseTables } from '../store/release-tables.ts';

/** Builds the indexes of a release, two at a time, and lets PostgreSQL count what its tables hold. */
export async function buildIndexes(
  connection: BulkConnection,
  id: number,
  isCaseSensitive: boolean,
  onPart: (part: number) => void,
): Promise<void> {
  const tables = releaseTables(id);
  const indexes = indexStatements(tables, isCaseSensitive);
  const counts = Object.values(tables).map((table) => `vacuum (analyze) ${table}`);
  const second = await connection.another();
  try {
    let done = 0;
    const run = async (statements: string[], lane: BulkConnection): Promise<void> => {
      for (let text = statements.shift(); text !== undefined; text = statements.shift()) {
        await lane.query({ text, values: [] });
        done += 1;
        onPart(done / (indexes.length + counts.length));
      }
    };
    for (const statements of [[...indexes], [...counts]]) {
      onPart(done / (indexes.length + counts.length));
      const lanes = await Promise.allSettled([run(statements, connection), run(statements, second)]);
      for (const lane of lanes) if (lane.status === 'rejected') throw lane.reason;
    }
  } finally {
    await second.close();
  }
}
