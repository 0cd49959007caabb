import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { openAudit } from '../../audit/open-audit.ts';
import { findBot } from '../../bots/stored-bots.ts';
import type { Bots } from '../../bots/open-bots.ts';
import { unrestricted } from '../../access/access.ts';
import { NO_TRAIL } from '../../fhir/audit-trail.ts';
import type { Ctx, Engine } from '../../fhir/engine.ts';
import { requestContext } from '../../fhir/request-context.ts';
import type { FhirRequest } from '../../fhir/request.ts';
import { Fault, fault } from '../../kernel/fault.ts';
import { isObject, parseJson, type JsonObject } from '../../kernel/json.ts';
import { readConfig } from '../config.ts';
import { openBots } from '../open-bots.ts';
import { readBotFolder } from './bot-folder.ts';
import { testBot } from './bot-test.ts';
import { typeErrors } from './bot-types.ts';
import { withClinic } from './command-clinic.ts';

const USAGE = `usage: athanor bot test DIR
       athanor bot deploy DIR [--tenant N]
       athanor bot list [--tenant N]
       athanor bot logs NAME [--count N] [--failed] [--tenant N]
       athanor bot rollback NAME VERSION [--tenant N]
       athanor bot withdraw NAME [--tenant N]
       athanor bot secrets [--tenant N]
       athanor bot set-secret NAME [--tenant N] < FILE
       athanor bot remove-secret NAME [--tenant N]

Bots of the clinic: programs that react to changes, times, calls and messages (server/docs/bots.md). A folder has bot.json,
bot.ts or bot.js, and for tests fixtures/*.json. A server that runs takes over what is deployed within two seconds.

  test         runs it with its fixtures, on a database that is made for the test and thrown away
  deploy       checks types where TypeScript is installed, compiles it, and runs it from now on
  set-secret   the value is read from standard input, without the line's end
  --tenant     number of the tenant, default 1
  --help       this text`;

interface Session {
  readonly engine: Engine;
  readonly tenant: number;
  /** Calls an operation on Library. @returns its answer */
  call(
    code: string,
    options?: { readonly id?: string; readonly body?: JsonObject; readonly query?: string },
  ): Promise<JsonObject>;
}

type Work = (session: Session) => Promise<string>;

/** `athanor bot …`; resolves to the exit code: 0 done, 1 refused, 2 wrong arguments. */
export async function botCommand(argv: readonly string[]): Promise<number> {
  let work: (() => Promise<number>) | undefined;
  try {
    work = parse(argv);
  } catch (error) {
    process.stderr.write(`athanor bot: ${error instanceof Error ? error.message : String(error)}\n\n${USAGE}\n`);
    return 2;
  }
  if (work === undefined) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    for (const { text } of error.issues) process.stderr.write(`athanor bot: ${text}\n`);
    return 1;
  }
}

/** @throws Error that tells what is wrong with the arguments; undefined when help was asked for */
function parse(argv: readonly string[]): (() => Promise<number>) | undefined {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      tenant: { type: 'string', default: '1' },
      count: { type: 'string', default: '20' },
      failed: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  if (!/^[1-9][0-9]{0,4}$/.test(values.tenant)) throw new Error('--tenant is the number of a tenant');
  const [action, subject, extra, ...others] = positionals;
  const on = (work: Work) => () => withSession(Number(values.tenant), work);
  if (others.length > 0) throw new Error('there are too many arguments');
  if (subject === undefined) {
    if (action === 'list') return on(async ({ call }) => listing(await call('bots')));
    if (action === 'secrets') return on(async ({ call }) => listing(await call('bot-secrets')));
  } else if (extra === undefined) {
    if (action === 'test') return () => testBot(subject);
    if (action === 'deploy') return () => deploy(subject, Number(values.tenant));
    if (action === 'logs') {
      const query = `count=${encodeURIComponent(values.count)}&failed=${String(values.failed)}`;
      return on(async ({ call, ...session }) =>
        listing(await call('runs', { id: await idOf(session, subject), query })),
      );
    }
    if (action === 'withdraw') {
      return on(async ({ call, ...session }) => {
        await call('withdraw', { id: await idOf(session, subject) });
        return `${subject} runs no more\n`;
      });
    }
    if (action === 'set-secret') {
      return on(async ({ call }) => {
        const value = readFileSync(0, 'utf8').replace(/\r?\n$/, '');
        await call('set-bot-secret', { body: parametersOf({ name: subject, value }) });
        return `${subject} is stored\n`;
      });
    }
    if (action === 'remove-secret') {
      return on(async ({ call }) => {
        await call('remove-bot-secret', { body: parametersOf({ name: subject }) });
        return `${subject} is removed\n`;
      });
    }
  } else if (action === 'rollback') {
    return on(async ({ call, ...session }) => {
      const id = await idOf(session, subject);
      return deployed(await call('deploy', { id, body: parametersOf({ version: extra }) }));
    });
  }
  throw new Error(
    'say test or deploy with a folder, list, logs, rollback, withdraw, secrets, set-secret or remove-secret',
  );
}

async function deploy(folder: string, tenant: number): Promise<number> {
  const { library, entry } = await readBotFolder(folder);
  const errors = await typeErrors(entry);
  if (errors === undefined)
    process.stderr.write('athanor bot: types are not checked, as TypeScript is not installed\n');
  else if (errors.length > 0) {
    process.stderr.write(`${errors.join('\n')}\n`);
    return 1;
  }
  return withSession(tenant, async ({ call }) => deployed(await call('deploy-bot', { body: library })));
}

async function withSession(tenant: number, work: Work): Promise<number> {
  const config = readConfig(process.env);
  await withClinic('bot', async ({ opened }) => {
    const { engine } = opened;
    const now = (): number => Date.now();
    const onError = (error: unknown): void => void process.stderr.write(`athanor bot: ${String(error)}\n`);
    const audit = config.audit === 'on' ? openAudit({ dbOf: (one) => engine.dbOf(one), now, onError }) : undefined;
    const bots = await openBots({ config, opened, audit, reacts: undefined, now, onError });
    try {
      const access = unrestricted(tenant);
      const frame = {
        principal: access.principal,
        requestId: 'command line',
        ip: '',
        baseUrl: engine.settings.baseUrl,
      };
      const trail = audit?.openTrail(frame) ?? NO_TRAIL;
      const ctx = requestContext(engine, {
        requestId: 'command line',
        baseUrl: engine.settings.baseUrl,
        access,
        audit: trail,
      });
      process.stdout.write(await work({ engine, tenant, call: caller(engine, bots, ctx) }));
      trail.succeeded(200);
      await trail.settle();
    } finally {
      await bots.close();
    }
  });
  return 0;
}

function caller(engine: Engine, { operations }: Bots, ctx: Ctx): Session['call'] {
  return async (code, { id, body, query = '' } = {}) => {
    const operation = operations.find((each) => each.code === code);
    if (operation === undefined) throw new Error(`there is no operation ${code}`);
    const path = ['Library', ...(id === undefined ? [] : [id]), `$${code}`];
    const method = body === undefined && !operation.affectsState ? 'GET' : 'POST';
    const request: FhirRequest = {
      method,
      path,
      query,
      headers: { prefer: {}, accept: [] },
      ...(body === undefined ? {} : { body }),
    };
    const { text = '{}' } = await operation.run(engine, ctx, { request, type: 'Library', id });
    const answer = parseJson(text, { maxDepth: 256 });
    return isObject(answer) ? answer : {};
  };
}

async function idOf({ engine, tenant }: Pick<Session, 'engine' | 'tenant'>, name: string): Promise<string> {
  const bot = await findBot(engine.dbOf(tenant), tenant, { name });
  if (bot === undefined)
    throw fault(
      'bot.unknown',
      404,
      'not-found',
      `There is no bot "${name.slice(0, 63)}"; list shows those that are deployed.`,
    );
  return bot.id;
}

function parametersOf(values: Readonly<Record<string, string>>): JsonObject {
  const parameter = Object.entries(values).map(([name, value]) => ({ name, valueString: value }));
  return { resourceType: 'Parameters', parameter };
}

function deployed({ id, meta }: JsonObject): string {
  return `Library/${String(id)} version ${isObject(meta) ? String(meta.versionId) : ''} is deployed\n`;
}

/** A paragraph for each parameter with parts. */
function listing({ parameter }: JsonObject): string {
  const entries = Array.isArray(parameter) ? parameter.filter(isObject) : [];
  return entries
    .map(({ part }) => `${(Array.isArray(part) ? part.filter(isObject) : []).map(lineOf).join('\n')}\n`)
    .join('\n');
}

function lineOf(part: JsonObject): string {
  const { name, ...rest } = part;
  const [value] = Object.values(rest);
  return `${String(name)}: ${isObject(value) ? String(value.reference) : String(value)}`;
}
