import { rm } from 'node:fs/promises';
import type { Db, Queryable } from '../storage/db.ts';
import { writeParquet } from './parquet.ts';
import { newFile, type Spool } from './spool.ts';
import type { OutputStore } from './stores/output-store.ts';
import { keepFile, type BulkFile, type FileKind } from './work-table.ts';

/** Lines of one file, and how many they are. */
export interface Lines {
  readonly kind: FileKind;
  /** Type of the resources. */
  readonly type: string;
  readonly texts: readonly string[];
}

/** The files of a work while it runs. */
export interface FileSet {
  /** Adds lines; they count as soon as `keep`, whose transaction also keeps how far the work has come, has committed. */
  add(lines: readonly Lines[], keep: (tx: Queryable) => Promise<void>): Promise<void>;
  /** Completes all files and brings them to where they are served from. */
  finish(keep: (tx: Queryable) => Promise<void>): Promise<void>;
}

export interface FileSetOptions {
  readonly db: Db;
  readonly tenant: number;
  readonly work: string;
  readonly spool: Spool;
  readonly store: OutputStore;
  /** Resources of one file; it may have a page more. */
  readonly perFile: number;
  readonly isParquet: boolean;
  /** What there is already. */
  readonly files: readonly BulkFile[];
}

export function openFileSet(options: FileSetOptions): FileSet {
  const { db, tenant, work, spool, store, perFile, isParquet } = options;
  const known = new Map(options.files.map((file) => [file.name, file]));

  function openFile(kind: FileKind, type: string): BulkFile {
    const own = [...known.values()].filter((file) => file.kind === kind && file.type === type);
    const going = own.find(({ state }) => state === 'open');
    const suffix = isParquet && kind === 'output' ? 'parquet' : 'ndjson';
    const name = kind === 'output' ? type : kind;
    return going ?? newFile(kind, type, `${name}-${own.length + 1}.${suffix}`);
  }

  /** What is kept is known; what is known is never ahead of it. */
  async function commit(changed: readonly BulkFile[], keep: (tx: Queryable) => Promise<void>): Promise<void> {
    await db.transaction(async (tx) => {
      await keep(tx);
      for (const file of changed) await keepFile(tx, tenant, work, file);
    });
    for (const file of changed) known.set(file.name, file);
  }

  async function storeClosed(keep: (tx: Queryable) => Promise<void>): Promise<void> {
    for (const file of [...known.values()]) {
      if (file.state !== 'closed') continue;
      const path = spool.pathOf(file.name);
      if (file.name.endsWith('.parquet')) {
        const columns = `${path}.columns`;
        const size = await writeParquet(path, columns);
        await store.put(work, file.name, columns);
        await commit([{ ...file, size, state: 'stored' }], keep);
        await rm(columns, { force: true });
      } else {
        await store.put(work, file.name, path);
        await commit([{ ...file, state: 'stored' }], keep);
      }
      await spool.remove(file.name);
    }
  }

  return {
    async add(lines, keep) {
      const changed: BulkFile[] = [];
      for (const { kind, type, texts } of lines) {
        const file = await spool.append(openFile(kind, type), `${texts.join('\n')}\n`, texts.length);
        changed.push(file.count >= perFile ? await spool.close(file) : file);
      }
      await commit(changed, keep);
      await storeClosed(keep);
    },
    async finish(keep) {
      const changed: BulkFile[] = [];
      for (const file of known.values()) if (file.state === 'open') changed.push(await spool.close(file));
      await commit(changed, keep);
      await storeClosed(keep);
    },
  };
}
