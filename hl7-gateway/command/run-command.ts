import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { dismiss, reprocess } from '../inbox/reprocess.ts';
import { inboxFigures } from '../store/inbox-figures.ts';
import { openStore, type Store } from '../store/open-store.ts';
import { migrate } from '../store/migrate.ts';
import { searchMessages, type FoundMessage, type MessageFilter } from '../store/search-messages.ts';
import { sendFile } from './send-file.ts';
import { showMessage } from './show-message.ts';
import { simulate } from './simulate.ts';

const USAGE = `usage: athanor hl7 messages [--state STATE…] [--partner NAME] [--event ADT^A08] [--control-id MSH-10]
                            [--patient NUMBER] [--order NUMBER] [--out] [--count N]
       athanor hl7 show ID [--raw]
       athanor hl7 replay ID…
       athanor hl7 dismiss ID… --why TEXT
       athanor hl7 status
       athanor hl7 send FILE… --to mllp://HOST:PORT
       athanor hl7 simulate FOLDER --to mllp://HOST:PORT [--rate N] [--count N]

  messages  what came in, or with --out what goes out, the newest first
  show      fields by their names, what became of the message, and what was tried
  replay    works once more on messages that wait for a person or have ended; what is newer stays as it is
  dismiss   ends messages that wait without applying them
  status    what is open: counts, and the age of the oldest in seconds
  send      sends messages from files (several in one, or batches) and prints the replies
  simulate  sends the messages of a folder again and again (--count, default 20) at a rate a second (default 1), each as a new one

Content of messages is health data: show is for those who may see it.`;

/** What is asked for: of the gateway's tables, with the text that is shown; or without them, with the exit code. */
type Command =
  { readonly kind: 'stored'; run(store: Store): Promise<string> } | { readonly kind: 'alone'; run(): Promise<number> };

const stored = (run: (store: Store) => Promise<string>): Command => ({ kind: 'stored', run });
const alone = (run: () => Promise<number>): Command => ({ kind: 'alone', run });

/** `athanor hl7 …` but for partners; resolves to the exit code: 0 done, 1 refused, 2 wrong arguments. */
export async function runHl7Command(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  let command: Command;
  try {
    command = parse(argv);
  } catch (error) {
    process.stderr.write(`athanor hl7: ${error instanceof Error ? error.message : String(error)}\n\n${USAGE}\n`);
    return 2;
  }
  if (command.kind === 'alone') return command.run();
  const connectionString = env.DATABASE_URL ?? '';
  await migrate(connectionString);
  const store = openStore({ connectionString, max: 2 });
  try {
    process.stdout.write(await command.run(store));
    return 0;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    process.stderr.write(`athanor hl7: ${error.message}\n`);
    return 1;
  } finally {
    await store.close();
  }
}

/** What was asked for cannot be done; the message is for the operator. */
class Refused extends Error {}

/** @throws Error that tells what is wrong with the arguments */
function parse(argv: readonly string[]): Command {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      state: { type: 'string', multiple: true },
      partner: { type: 'string' },
      event: { type: 'string' },
      'control-id': { type: 'string' },
      patient: { type: 'string' },
      order: { type: 'string' },
      out: { type: 'boolean', default: false },
      count: { type: 'string', default: '20' },
      raw: { type: 'boolean', default: false },
      why: { type: 'string' },
      to: { type: 'string' },
      rate: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return alone(showUsage);
  const [action, ...subjects] = positionals;
  const ids = (): readonly string[] => {
    if (subjects.length === 0 || !subjects.every((id) => /^[0-9a-f-]{36}$/.test(id)))
      throw new Error('say messages by their ids');
    return subjects;
  };
  switch (action) {
    case 'messages': {
      const filter: MessageFilter = {
        direction: values.out ? 'out' : 'in',
        limit: Number(values.count) || 20,
        ...(values.state === undefined ? {} : { states: values.state as MessageFilter['states'] & object }),
        ...(values.partner === undefined ? {} : { partner: values.partner }),
        ...(values.event === undefined ? {} : { event: values.event }),
        ...(values['control-id'] === undefined ? {} : { controlId: values['control-id'] }),
        ...(values.patient === undefined ? {} : { patient: values.patient }),
        ...(values.order === undefined ? {} : { order: values.order }),
      };
      return stored(async (store) => (await searchMessages(store, filter)).map(lineOf).join(''));
    }
    case 'show': {
      const [id = ''] = ids();
      return stored(async (store) => {
        const text = await showMessage(store, id, values.raw);
        if (text === undefined) throw new Refused(`there is no message ${id}`);
        return text;
      });
    }
    case 'replay': {
      const wanted = ids();
      return stored(async (store) => told(wanted, await reprocess(store, wanted, operator()), 'is worked on again'));
    }
    case 'dismiss': {
      const [wanted, why] = [ids(), values.why];
      if (why === undefined || why.trim() === '') throw new Error('say --why');
      return stored(async (store) => told(wanted, await dismiss(store, wanted, operator(), why), 'is ended'));
    }
    case 'status':
      return stored(async (store) => `${JSON.stringify(await inboxFigures(store), undefined, 2)}\n`);
    case 'send': {
      const { to } = values;
      if (subjects.length === 0 || to === undefined) throw new Error('say files, and --to mllp://HOST:PORT');
      return alone(() => sendFile(subjects, to));
    }
    case 'simulate': {
      const [{ to, rate }, [folder, ...others]] = [values, subjects];
      const [perSecond, count] = [Number(rate), Number(values.count)];
      if (folder === undefined || others.length > 0 || to === undefined)
        throw new Error('say a folder, and --to mllp://HOST:PORT');
      if (!(perSecond > 0 && perSecond <= 1000)) throw new Error('--rate is from more than 0 to 1000');
      if (!(Number.isInteger(count) && count > 0)) throw new Error('--count is a number of messages');
      return alone(() => simulate({ folder, to, rate: perSecond, count }));
    }
    default:
      throw new Error('say partner, messages, show, replay, dismiss, status, send or simulate');
  }
}

function showUsage(): Promise<number> {
  process.stdout.write(`${USAGE}\n`);
  return Promise.resolve(0);
}

/** Who did it, for the record. */
const operator = (): string => `${userInfo().username} at the command line`;

function told(wanted: readonly string[], done: readonly string[], what: string): string {
  return wanted
    .map(
      (id) => `${id} ${done.includes(id) ? what : 'stays as it is: it is under way, was refused, or is not there'}\n`,
    )
    .join('');
}

function lineOf({ id, receivedAt, partner, event, controlId, state, reason, note, resources }: FoundMessage): string {
  const why = [reason, note].filter((each) => each !== null).join(': ');
  return `${id} ${receivedAt} ${partner} ${event} ${controlId} ${state}${why === '' ? '' : ` (${why})`} ${resources.join(' ')}\n`;
}
