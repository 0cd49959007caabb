import { rm } from 'node:fs/promises';
import { addAbortSignal } from 'node:stream';
import type { AsyncRun, AsyncWork } from '../fhir/async/async-works.ts';
import type { Ctx } from '../fhir/engine.ts';
import { withAuthority } from '../fhir/operations/with-authority.ts';
import { outcomeOf } from '../fhir/outcome.ts';
import { fault } from '../kernel/fault.ts';
import { stringifyJson } from '../kernel/json.ts';
import { outboundStream } from '../kernel/outbound-fetch.ts';
import type { BulkOptions } from './bulk-options.ts';
import { openFileSet } from './file-set.ts';
import { importOrderOf, type ImportOrder } from './import-order.ts';
import type { ImportSource, LoadOutcome, RejectedLine } from './load-files.ts';
import { resume } from './resume.ts';
import { clearWork, keepState } from './work-table.ts';

/** What came of an import. */
export type ImportState = Pick<LoadOutcome, 'created' | 'existing' | 'skipped'> & { readonly rejected: number };

/** Longest time that one file may take to come, ms. */
const TIMEOUT = 6 * 3_600_000;
const LINES_AT_ONCE = 500;

/**
 * Loads files with the rights of the server: whoever may call it brings data of everybody. Lines that are loaded are
 * marked in the transaction that loads them, so that an attempt after a crash passes them over.
 */
export async function runImport(options: BulkOptions, asked: Ctx, work: AsyncWork, run: AsyncRun): Promise<void> {
  const { engine, folder, store, perFile } = options;
  const ctx = withAuthority(asked);
  const { tenant } = ctx;
  const db = engine.dbOf(tenant);
  const { run: own, spool } = await resume(db, asked, folder, work.id);
  // An attempt begins with the first line, and finds anew what is rejected.
  await db.transaction((tx) => clearWork(tx, tenant, work.id));
  const files = openFileSet({ db, tenant, work: work.id, spool, store, perFile, isParquet: false, files: [] });
  const scratch = spool.pathOf('scratch');
  let told = 0;
  const progress = (resources: number): void => {
    run.signal.throwIfAborted();
    if (resources === told) return;
    told = resources;
    void run.progress({ done: resources, text: `${resources} resources` }).catch(() => undefined);
  };
  const outcome = await options.loadFiles(
    ctx,
    sourcesOf(options, importOrderOf(work.payload), run.signal),
    scratch,
    progress,
  );
  const { created, existing, skipped } = outcome;
  let state: ImportState = { created, existing, skipped, rejected: 0 };
  let texts: string[] = [];
  const flush = async (): Promise<void> => {
    state = { ...state, rejected: state.rejected + texts.length };
    const lines = texts.length === 0 ? [] : [{ kind: 'error', type: 'OperationOutcome', texts } as const];
    await files.add(lines, (tx) => keepState(tx, tenant, work.id, own, JSON.stringify(state)));
    texts = [];
  };
  for await (const line of outcome.rejected()) {
    texts.push(outcomeText(line));
    if (texts.length === LINES_AT_ONCE) await flush();
  }
  await flush();
  await files.finish((tx) => keepState(tx, tenant, work.id, own, JSON.stringify(state)));
  await rm(scratch, { recursive: true, force: true });
}

function sourcesOf(
  { store, allowPrivate }: BulkOptions,
  { urls, upload }: ImportOrder,
  signal: AbortSignal,
): readonly ImportSource[] {
  const fetched = urls.map((url) => ({ name: url.slice(0, 200), open: () => fetchFile(url, allowPrivate, signal) }));
  return upload === undefined
    ? fetched
    : [{ name: 'upload', open: () => store.open(upload, UPLOAD) as AsyncIterable<Buffer> }];
}

/** Name of a text that came with a request, in the store. */
export const UPLOAD = 'upload.ndjson';

async function* fetchFile(url: string, allowPrivate: boolean, signal: AbortSignal): AsyncGenerator<Buffer> {
  const { status, content } = await outboundStream(url, { allowPrivate, timeout: TIMEOUT });
  if (status !== 200) {
    content.destroy();
    const text = `A file that was to be imported was answered with status ${status}: ${url.split('?', 1)[0]?.slice(0, 200)}`;
    throw fault('bulk.noInput', 422, 'not-found', text);
  }
  yield* addAbortSignal(signal, content) as AsyncIterable<Buffer>;
}

function outcomeText({ source, line, reasons }: RejectedLine): string {
  const issues = reasons.map(({ text, expression }) => ({
    severity: 'error' as const,
    code: 'processing' as const,
    text: `${source}, line ${line}: ${text}`,
    ...(expression === undefined ? {} : { expression: [expression] }),
    line,
  }));
  return stringifyJson(outcomeOf(issues));
}
