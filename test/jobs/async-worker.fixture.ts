import { openAsyncWorks } from '../../server/jobs/async/open-async-works.ts';
import { openJobs } from '../../server/jobs/open-jobs.ts';
import { openTestEngine } from '../harness/test-engine.ts';

/** A process that carries out what other processes took on, until it is killed. */
const [connectionString = ''] = process.argv.slice(2);
const { engine } = await openTestEngine({ validation: 'structure' }, connectionString);
const onError = (error: unknown): void => void process.stderr.write(`${String(error)}\n`);
const jobs = await openJobs({ db: engine.db, lease: 1000, handAgain: 1000, firstPause: 50, onError });
await openAsyncWorks({ engine, jobs, recheck: (principal) => principal, now: () => Date.now(), onError });
setInterval(() => undefined, 60_000);
