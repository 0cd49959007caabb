import { parentPort } from 'node:worker_threads';
import { serveRuns } from '../../bots/runtime/thread.ts';

/** Program of a thread in which bots run. */
if (parentPort === null) throw new Error('this program is a worker thread of the server');
await serveRuns(parentPort);
