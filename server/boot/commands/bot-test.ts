import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRuntime } from '../../../bots/runtime/open-runtime.ts';
import { SERVER } from '../../access/principal.ts';
import type { BotContext } from '../../bots/bot-context.ts';
import { codeOf } from '../../bots/bot-code.ts';
import { deployBot } from '../../bots/deploy.ts';
import { runBot, type BotAnswer } from '../../bots/run-bot.ts';
import { storeSecret } from '../../bots/stored-secrets.ts';
import { NO_TRAIL } from '../../fhir/audit-trail.ts';
import { serverContext } from '../../fhir/request-context.ts';
import { nextTime } from '../../jobs/cron.ts';
import { Fault, fault } from '../../kernel/fault.ts';
import { createLog } from '../../kernel/log.ts';
import { isObject, parseJson, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { createClinic } from '../../module-host/clinic.ts';
import { createSealer } from '../../protection/sealer.ts';
import type { ResourceOf, TypeName } from '../../sdk/resource.ts';
import { createDatabase } from '../../storage/create-database.ts';
import { migrate } from '../../storage/migrate.ts';
import { readConfig } from '../config.ts';
import { startEmbeddedPostgres } from '../embedded-postgres.ts';
import { openClinic, type OpenClinic } from '../open-clinic.ts';
import { startBotProcess } from '../start-bot-process.ts';
import { readBotFolder } from './bot-folder.ts';
import { typeErrors } from './bot-types.ts';

/** One case of a bot: `fixtures/NAME.json`. */
interface Fixture {
  /** Resources with ids that are there before. */
  readonly given?: readonly JsonObject[];
  /** What the bot gets. Of a subscription `resource` may be a reference to one of `given`: `Appointment/1`. */
  readonly event: JsonObject;
  readonly secrets?: Readonly<Record<string, string>>;
  /** What is answered from outside, by URL: status (default 200) and body. */
  readonly fetch?: Readonly<Record<string, JsonObject>>;
  readonly expect?: {
    /** Default: `success`. */
    readonly outcome?: string;
    readonly result?: JsonValue;
    /** How many resources searches find afterwards: `{ "Task?status=requested": 1 }`. */
    readonly found?: Readonly<Record<string, number>>;
  };
}

/**
 * Runs a bot with its fixtures, in the sandbox that servers have, each on a database of its own that is thrown away; with
 * the rights of the server. Resolves to the exit code.
 */
export async function testBot(folder: string): Promise<number> {
  const { library, entry } = await readBotFolder(folder);
  const errors = (await typeErrors(entry)) ?? [];
  for (const line of errors) process.stdout.write(`${line}\n`);
  const fixtures = fixturesIn(join(folder, 'fixtures'));
  const dataDir = mkdtempSync(join(tmpdir(), 'athanor-bot-'));
  let failed = errors.length > 0 ? 1 : 0;
  try {
    const postgres = await startEmbeddedPostgres({ dataDir, settings: { fsync: 'off', full_page_writes: 'off' } });
    try {
      for (const [index, { name, fixture }] of fixtures.entries()) {
        const database = `fixture_${index}`;
        await createDatabase(postgres.database('postgres'), database);
        const connectionString = postgres.database(database);
        await migrate(connectionString);
        const problems = await withTestClinic(dataDir, connectionString, (clinic) =>
          runFixture(clinic, library, fixture),
        );
        process.stdout.write(`${problems.length === 0 ? 'ok    ' : 'FAILED'} ${name}\n`);
        for (const problem of problems) process.stdout.write(`       ${problem}\n`);
        if (problems.length > 0) failed += 1;
      }
    } finally {
      await postgres.stop();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
  return failed === 0 ? 0 : 1;
}

/** @throws Error for a file that is no fixture */
function fixturesIn(folder: string): readonly { readonly name: string; readonly fixture: Fixture }[] {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort();
  if (names.length === 0) throw new Error(`${folder} has no *.json`);
  return names.map((name) => {
    const fixture = parseJson(readFileSync(join(folder, name), 'utf8'));
    if (!isObject(fixture) || !isObject(fixture.event)) throw new Error(`${name} must be an object with an event`);
    return { name, fixture: fixture as unknown as Fixture };
  });
}

async function withTestClinic<R>(
  dataDir: string,
  connectionString: string,
  work: (clinic: OpenClinic) => Promise<R>,
): Promise<R> {
  const config = readConfig({ DATA_DIR: dataDir, AUTH: 'off', MODULES: process.env.MODULES });
  const onError = (error: unknown): void => void process.stderr.write(`athanor bot: ${String(error)}\n`);
  const clinic = await openClinic({ config, connectionString, log: createLog('warn', 'bot test'), onError });
  try {
    return await work(clinic);
  } finally {
    await clinic.close();
  }
}

/** @returns what is not as expected */
async function runFixture({ opened }: OpenClinic, library: JsonObject, fixture: Fixture): Promise<readonly string[]> {
  const { engine } = opened;
  const now = (): number => Date.now();
  const ctx = serverContext(engine, 1, 'bot test', engine.settings.baseUrl);
  const clinic = createClinic(engine, ctx);
  const onError = (error: unknown): void => void process.stderr.write(`athanor bot: ${String(error)}\n`);
  const runtime = openRuntime({ threads: 1, startProcess: startBotProcess, onError });
  const sealer = createSealer(randomBytes(32));
  const context: BotContext = {
    engine,
    runtime,
    sealer,
    clinicOf: (one) => createClinic(engine, one),
    principalOf: () => Promise.resolve({ ...SERVER, tenant: 1 }),
    openTrail: () => NO_TRAIL,
    audit: () => Promise.resolve(),
    fetch: (url) => answerFrom(fixture.fetch ?? {}, url),
    now,
    onError,
  };
  try {
    for (const resource of fixture.given ?? []) {
      await clinic.update(resource as unknown as ResourceOf<TypeName> & { readonly id: string });
    }
    for (const [name, value] of Object.entries(fixture.secrets ?? {})) {
      await storeSecret(ctx.db, sealer, { tenant: 1, name, value, now: now() });
    }
    const checkSchedule = (cron: string, zone: string): void => void nextTime(cron, zone, now());
    const { library: stored, bot } = await deployBot(context, { checkSchedule }, ctx, library);
    const deployed = { ...bot, tenant: 1, id: String(stored.id), version: 1, code: codeOf(stored) ?? '' };
    const event = await eventOf(fixture.event, (type, id) => clinic.read(type, id));
    const answer = await runBot(context, deployed, {
      trigger: 'execute',
      requestId: 'bot test',
      event: () => Promise.resolve(event),
    });
    if (answer === undefined) return ['the bot was not called'];
    for (const { level, text } of answer.end.log) process.stdout.write(`       ${level}: ${text}\n`);
    return [...problemsOf(answer, fixture), ...(await missing(fixture, (type, query) => clinic.count(type, query)))];
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return error.issues.map(({ text }) => text);
  } finally {
    await runtime.close();
  }
}

function problemsOf({ run, end, result }: BotAnswer, { expect = {} }: Fixture): readonly string[] {
  const { outcome = 'success' } = expect;
  if (run.outcome !== outcome) {
    const error = end.outcome === 'failure' ? end.error : undefined;
    const reason = error === undefined ? '' : `: ${error.name} ${error.message} ${error.places.join(' ')}`;
    return [`outcome is ${run.outcome}${reason}; ${outcome} was expected`];
  }
  if (!('result' in expect) || isDeepStrictEqual(result, expect.result)) return [];
  return [`result is ${JSON.stringify(result)}; ${JSON.stringify(expect.result)} was expected`];
}

async function missing(
  { expect }: Fixture,
  count: (type: TypeName, query: string) => Promise<number>,
): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const [search, wanted] of Object.entries(expect?.found ?? {})) {
    const [type = '', ...query] = search.split('?');
    const found = await count(type as TypeName, query.join('?'));
    if (found !== wanted) problems.push(`${search} finds ${found}; ${wanted} was expected`);
  }
  return problems;
}

async function eventOf(event: JsonObject, read: (type: TypeName, id: string) => Promise<unknown>): Promise<JsonObject> {
  if (typeof event.resource !== 'string') return event;
  const [type = '', id = ''] = event.resource.split('/');
  const resource = (await read(type as TypeName, id)) as JsonObject | undefined;
  if (resource === undefined)
    throw fault('bot.noResource', 404, 'not-found', `${event.resource} is not among "given".`);
  return { id: 'event', interaction: 'create', type, resourceId: id, version: 1, ...event, resource };
}

function answerFrom(answers: Readonly<Record<string, JsonObject>>, url: JsonValue | undefined): Promise<JsonObject> {
  const { status = 200, headers = {}, body = '' } = answers[String(url)] ?? { status: 404 };
  return Promise.resolve({ status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) });
}
