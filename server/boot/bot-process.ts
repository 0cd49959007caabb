import { serveProcess } from '../../bots/runtime/serve-process.ts';
import { startBotThread } from './start-bot-thread.ts';

/** Program of the process in which bots run; its argument is how many at once. */
serveProcess({ size: Number(process.argv[2]), startThread: startBotThread });
