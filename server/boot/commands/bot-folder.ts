import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { BotDescription, BotTrigger } from '../../bots/bot.ts';
import type { BotSource } from '../../bots/bot-code.ts';
import { libraryOf } from '../../bots/library-of.ts';
import { readBot } from '../../bots/read-bot.ts';
import { isObject, parseJson, type JsonObject, type JsonValue } from '../../kernel/json.ts';

/** A bot as it is written: `bot.json`, `bot.ts` or `bot.js`, and files that these import. */
export interface BotFolder {
  readonly library: JsonObject;
  /** The file that is checked for types. */
  readonly entry: string;
}

const MEMBERS = ['name', 'title', 'client', 'on', 'callers', 'hosts', 'secrets', 'limits'];

/**
 * @throws Error for a folder without these files, or with a description of another form
 * @throws Fault `bot.invalid` 422
 */
export async function readBotFolder(folder: string): Promise<BotFolder> {
  const description = descriptionIn(join(folder, 'bot.json'));
  const entry = ['bot.ts', 'bot.js'].map((name) => join(folder, name)).find((path) => existsSync(path));
  if (entry === undefined) throw new Error(`${folder} has no bot.ts and no bot.js`);
  const library = libraryOf(description, await sourceIn(entry));
  readBot(library);
  return { library, entry };
}

/** As it is written where it is one file; otherwise put together. */
async function sourceIn(entry: string): Promise<BotSource> {
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    tsconfigRaw: '{}',
    logLevel: 'error',
  });
  if (Object.keys(metafile.inputs).length > 1) return { language: 'javascript', text: outputFiles[0]?.text ?? '' };
  return { language: entry.endsWith('.ts') ? 'typescript' : 'javascript', text: readFileSync(entry, 'utf8') };
}

function descriptionIn(path: string): BotDescription {
  const value = existsSync(path) ? parseJson(readFileSync(path, 'utf8')) : undefined;
  if (!isObject(value)) throw new Error(`${path} must be there, with name, title and on of the bot`);
  const unknown = Object.keys(value).find((member) => !MEMBERS.includes(member));
  if (unknown !== undefined) throw new Error(`${path}: there is no "${unknown}"; there are ${MEMBERS.join(', ')}`);
  const { name, title, client, on, limits } = value;
  const triggers = Array.isArray(on) ? on.filter(isObject) : [];
  return {
    name: String(name),
    title: String(title ?? name),
    client: typeof client === 'string' ? client : undefined,
    triggers: triggers.map((trigger) => triggerOf(path, trigger)),
    callers: texts(value.callers),
    hosts: texts(value.hosts),
    secrets: texts(value.secrets),
    limits: isObject(limits) ? limitsIn(limits) : {},
  };
}

function triggerOf(path: string, trigger: JsonObject): BotTrigger {
  const { criteria, interactions, cron, zone = 'UTC', execute, hl7 } = trigger;
  if (typeof criteria === 'string') {
    const named = texts(interactions ?? ['create', 'update']) as readonly ('create' | 'update' | 'delete')[];
    return { kind: 'subscription', criteria, interactions: named };
  }
  if (typeof cron === 'string' && typeof zone === 'string') return { kind: 'schedule', cron, zone };
  if (typeof hl7 === 'string') return { kind: 'hl7', event: hl7 };
  if (execute === true) return { kind: 'execute' };
  const forms =
    '{"criteria":"Appointment?status=booked"}, {"cron":"0 7 * * *","zone":"Europe/Berlin"}, {"execute":true}, {"hl7":"ORU^R01"}';
  throw new Error(`${path}: "on" is a list of ${forms}`);
}

function limitsIn({ cpu, wall, hostCalls }: JsonObject): BotDescription['limits'] {
  return {
    ...(typeof cpu === 'number' ? { cpu } : {}),
    ...(typeof wall === 'number' ? { wall } : {}),
    ...(typeof hostCalls === 'number' ? { hostCalls } : {}),
  };
}

function texts(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
