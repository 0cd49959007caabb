// A process that runs a bot which cannot be interrupted; it prints the process of bots.
import { openRuntime } from '../../bots/runtime/open-runtime.ts';
import { startBotProcess } from '../../server/boot/start-bot-process.ts';

const HOUR = 3_600_000;
const ENDLESS = 'Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1)';

const runtime = openRuntime({
  threads: 1,
  startProcess: startBotProcess,
  limits: { cpu: HOUR, wall: HOUR, hostCalls: 1 },
  onError: (error) => void process.stderr.write(`${String(error)}\n`),
});
void runtime.run({
  tenant: 1,
  code: `var bot = { default: async () => { await athanor.read('Patient', '1'); ${ENDLESS} } }`,
  event: '{"value":1}',
  limits: {},
  now: Date.now(),
  call() {
    process.stdout.write(`${runtime.state().pid ?? ''}\n`);
    return Promise.resolve({ isError: false, text: '{"value":{}}' });
  },
});
setTimeout(() => undefined, HOUR);
