import { openBulk } from '../../server/bulk/open-bulk.ts';
import { loadForWork } from '../../server/import/load-for-work.ts';
import { createFolderStore } from '../../server/bulk/stores/folder-store.ts';
import { openAsyncWorks } from '../../server/jobs/async/open-async-works.ts';
import { openJobs } from '../../server/jobs/open-jobs.ts';
import { openTestEngine } from '../harness/test-engine.ts';

/** A process that carries out bulk works that others took on, until it is killed. */
const [connectionString = '', folder = '', files = '', perFile = ''] = process.argv.slice(2);
const { engine } = await openTestEngine({ validation: 'structure' }, connectionString);
const onError = (error: unknown): void => void process.stderr.write(`${String(error)}\n`);
const jobs = await openJobs({ db: engine.db, lease: 1000, handAgain: 1000, firstPause: 50, onError });
const works = await openAsyncWorks({ engine, jobs, recheck: (principal) => principal, now: () => Date.now(), onError });
await openBulk(
  {
    engine,
    folder,
    store: createFolderStore(files),
    perFile: Number(perFile),
    allowPrivate: false,
    loadFiles: loadForWork(engine),
  },
  works,
);
process.stdout.write('ready\n');
setInterval(() => undefined, 60_000);
