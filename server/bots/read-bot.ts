import { Fault, type Issue } from '../kernel/fault.ts';
import { isObject, type JsonObject, type JsonValue } from '../kernel/json.ts';
import type { BotDescription, BotTrigger } from './bot.ts';
import { BOT_NAMES, CALLER, CLIENT, HOST, LIMITS, SECRET, TRIGGER } from './library-form.ts';

const NAME = /^[a-z][a-z0-9-]{0,62}$/;
const HOST_NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::[0-9]{1,5})?$/;
const EVENT = /^[A-Z0-9]{3}\^[A-Z0-9]{3}$/;
const MOST = 20;
const INTERACTIONS = ['create', 'update', 'delete'] as const;

/**
 * A bot out of its Library (profile clinic-bot).
 * @throws Fault `bot.invalid` 422 with everything that is wrong
 */
export function readBot(library: JsonObject): BotDescription {
  const issues: Issue[] = [];
  const wrong = (text: string, expression: string): void =>
    void issues.push({ severity: 'error', code: 'value', text: `${text}.`, expression: [expression] });

  function texts(url: string, pattern: RegExp, what: string): readonly string[] {
    const found = extensionsOf(library, url).map((extension) => valueOf(extension) ?? '');
    if (found.length > MOST) wrong(`A bot has at most ${MOST} of ${url}`, 'Library.extension');
    for (const text of found) if (!pattern.test(String(text))) wrong(what, 'Library.extension');
    return found.map(String);
  }

  const name = nameOf(library);
  if (name === undefined || !NAME.test(name)) {
    wrong(
      `A bot needs an identifier of system ${BOT_NAMES}: a-z, 0-9 and -, from a letter on, 63 at most`,
      'Library.identifier',
    );
  }
  const triggers = extensionsOf(library, TRIGGER).flatMap((extension) => {
    const trigger = triggerOf(extension);
    if (typeof trigger !== 'string') return [trigger];
    wrong(trigger, 'Library.extension');
    return [];
  });
  if (triggers.length === 0 || triggers.length > MOST) wrong(`A bot has 1 to ${MOST} triggers`, 'Library.extension');
  const callers = texts(CALLER, /^[a-z][a-z0-9-]{0,63}$/, 'A caller is the name of a role, such as nurse');
  if (callers.length === 0 && triggers.some(({ kind }) => kind === 'execute' || kind === 'hl7')) {
    wrong(`A bot that is called needs the roles that may call it (${CALLER})`, 'Library.extension');
  }
  const clients = texts(CLIENT, /^[\w:.-]{1,100}$/, 'A client is named by its id');
  if (clients.length > 1) wrong('A bot acts for one client', 'Library.extension');
  const description: BotDescription = {
    name: name ?? '',
    title: typeof library.title === 'string' ? library.title : (name ?? ''),
    triggers,
    callers,
    client: clients[0],
    hosts: texts(HOST, HOST_NAME, 'A host is a name in lower case, such as api.example.org or api.example.org:8443'),
    secrets: texts(SECRET, NAME, 'The name of a secret has a-z, 0-9 and -, from a letter on, 63 at most'),
    limits: limitsOf(extensionsOf(library, LIMITS)[0]),
  };
  if (issues.length > 0) throw new Fault('bot.invalid', 422, issues);
  return description;
}

function nameOf({ identifier }: JsonObject): string | undefined {
  const own = (Array.isArray(identifier) ? identifier : []).filter(isObject).find(({ system }) => system === BOT_NAMES);
  return typeof own?.value === 'string' ? own.value : undefined;
}

/** Otherwise what is wrong with it. */
function triggerOf(extension: JsonObject): BotTrigger | string {
  const text = (url: string): string | undefined => {
    const value = valueOf(extensionsOf(extension, url)[0]);
    return typeof value === 'string' ? value : undefined;
  };
  const criteria = text('criteria');
  const cron = text('cron');
  const event = text('hl7-event');
  const isCalled = valueOf(extensionsOf(extension, 'execute')[0]) === true;
  if ([criteria, cron, event].filter((each) => each !== undefined).length + Number(isCalled) !== 1) {
    return 'A trigger has one of criteria, cron, hl7-event and execute (true)';
  }
  if (isCalled) return { kind: 'execute' };
  if (cron !== undefined) return { kind: 'schedule', cron, zone: text('zone') ?? 'UTC' };
  if (event !== undefined) return EVENT.test(event) ? { kind: 'hl7', event } : 'An HL7 event is written ORU^R01';
  const named = extensionsOf(extension, 'interaction').map(valueOf);
  const interactions = INTERACTIONS.filter((each) => named.includes(each));
  if (interactions.length !== new Set(named).size) return `An interaction is one of ${INTERACTIONS.join(', ')}`;
  const isDefault = interactions.length === 0;
  return {
    kind: 'subscription',
    criteria: criteria ?? '',
    interactions: isDefault ? ['create', 'update'] : interactions,
  };
}

function limitsOf(extension: JsonObject | undefined): BotDescription['limits'] {
  const number = (url: string): number | undefined => {
    const value = valueOf(extensionsOf(extension ?? {}, url)[0]);
    return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : undefined;
  };
  const [cpu, wall, hostCalls] = [number('cpu'), number('wall'), number('host-calls')];
  return {
    ...(cpu === undefined ? {} : { cpu }),
    ...(wall === undefined ? {} : { wall }),
    ...(hostCalls === undefined ? {} : { hostCalls }),
  };
}

function extensionsOf({ extension }: JsonObject, url: string): readonly JsonObject[] {
  return (Array.isArray(extension) ? extension : []).filter(isObject).filter((each) => each.url === url);
}

function valueOf(extension: JsonObject | undefined): JsonValue | undefined {
  const key = Object.keys(extension ?? {}).find((property) => property.startsWith('value'));
  return key === undefined ? undefined : extension?.[key];
}
