import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BulkOptions } from '../../server/bulk/bulk-options.ts';
import { openBulk } from '../../server/bulk/open-bulk.ts';
import { loadForWork } from '../../server/import/load-for-work.ts';
import { createFolderStore } from '../../server/bulk/stores/folder-store.ts';
import { openAsyncServer, type AsyncServer, type AsyncServerSettings } from '../jobs/async-server.ts';

export interface Manifest {
  readonly transactionTime: string;
  readonly request: string;
  readonly requiresAccessToken: boolean;
  readonly output: readonly ManifestFile[];
  readonly deleted: readonly ManifestFile[];
  readonly error: readonly ManifestFile[];
}

export interface ManifestFile {
  readonly type: string;
  readonly url: string;
  readonly count: number;
}

export interface Exported {
  readonly id: string;
  readonly resourceType: string;
  readonly [element: string]: unknown;
}

export interface BulkServer extends AsyncServer {
  /** Folder of the files. */
  readonly folder: string;
  /** Exports to the end. */
  export(path: string, body?: object, headers?: Readonly<Record<string, string>>): Promise<Manifest>;
  manifest(address: string, headers?: Readonly<Record<string, string>>): Promise<Manifest>;
  /** Resources in the files, in their order. */
  resources(files: readonly ManifestFile[], headers?: Readonly<Record<string, string>>): Promise<Exported[]>;
  /** `Type/id` of all that came out, sorted. */
  exported(path: string, body?: object, headers?: Readonly<Record<string, string>>): Promise<string[]>;
}

export interface BulkServerSettings
  extends AsyncServerSettings, Partial<Pick<BulkOptions, 'store' | 'perFile' | 'allowPrivate'>> {
  /** Default: a new one. */
  readonly folder?: string;
}

/** A server that exports, imports and deletes in bulk. */
export async function openBulkServer(settings: BulkServerSettings = {}): Promise<BulkServer> {
  const {
    store,
    allowPrivate = false,
    perFile = 50_000,
    folder = join(tmpdir(), `athanor-bulk-${randomUUID()}`),
    ...rest
  } = settings;
  const server = await openAsyncServer({ validation: 'structure', ...rest });
  await mkdtemp(`${folder}-`).then((made) => rm(made, { recursive: true }));
  const bulk = await openBulk(
    {
      engine: server.engine,
      folder: join(folder, 'unfinished'),
      store: store ?? createFolderStore(join(folder, 'files')),
      perFile,
      allowPrivate,
      loadFiles: loadForWork(server.engine),
    },
    server.works,
  );
  server.opened.extend({ operations: bulk.operations, bulkFiles: bulk.bulkFiles });

  const manifest: BulkServer['manifest'] = async (address, headers = {}) => {
    const { status, text } = await server.done(address, headers);
    if (status !== 200) throw new Error(`${status} ${text}`);
    return JSON.parse(text) as Manifest;
  };
  const exports: BulkServer['export'] = async (path, body, headers = {}) =>
    manifest(await server.start(body === undefined ? 'GET' : 'POST', path, body, headers), headers);
  const resources: BulkServer['resources'] = async (files, headers = {}) => {
    const found: Exported[] = [];
    for (const { url, count } of files) {
      const answer = await fetch(url, { headers });
      const { status } = answer;
      const text = await answer.text();
      const lines = text.split('\n').filter((line) => line !== '');
      if (status !== 200 || lines.length !== count) throw new Error(`${url}: ${status}, ${lines.length} of ${count}`);
      found.push(...lines.map((line) => JSON.parse(line) as Exported));
    }
    return found;
  };
  return {
    ...server,
    folder,
    manifest,
    export: exports,
    resources,
    async exported(path, body, headers) {
      const { output } = await exports(path, body, headers);
      return namesOf(await resources(output, headers));
    },
    async close() {
      await server.close();
      bulk.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function namesOf(resources: readonly { readonly resourceType: string; readonly id?: string }[]): string[] {
  return resources.map(({ resourceType, id }) => `${resourceType}/${id}`).sort();
}
