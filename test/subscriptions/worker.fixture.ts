import { openSubscriptions } from '../../server/subscriptions/open-subscriptions.ts';
import { openTestEngine } from '../harness/test-engine.ts';

/** A process that reads the feed and delivers until it is killed. */
const [connectionString = '', timeout = '400'] = process.argv.slice(2);
const { engine } = await openTestEngine({ validation: 'structure' }, connectionString);
openSubscriptions({
  engine,
  outbound: { allowPrivate: true },
  timeout: Number(timeout),
  retries: [100, 200, 400, ...new Array<number>(40).fill(800)],
  now: () => Date.now(),
  onError: (error) => process.stderr.write(`${String(error)}\n`),
});
process.stdout.write('ready\n');
setInterval(() => undefined, 60_000);
