import { Fault } from '../kernel/fault.ts';
import type { OutboundRequest, OutboundRules } from '../kernel/outbound-fetch.ts';
import { isObject, parseJson, stringifyJson, type JsonObject, type JsonValue } from '../kernel/json.ts';
import type { CdsAnswer, CdsService } from '../sdk/cds-service.ts';
import type { CdsServer } from './cds-settings.ts';
import { checkAnswer } from './cards.ts';
import { readTemplate, TemplateError } from './prefetch-template.ts';
import type { FetchPrefetch } from './prefetch.ts';

type Hook = CdsService['hook'];

export interface AskServersOptions {
  readonly servers: readonly CdsServer[];
  /** Asks through the guard against requests to inner addresses. */
  fetch(url: string, request: OutboundRequest, rules: OutboundRules): Promise<Response>;
  /** A token that says who asks. @param audience URL that is asked */
  sign(audience: string): Promise<string>;
  now(): number;
  newId(): string;
}

/** What one asks of external services. */
export interface HookCall {
  readonly tenant: number;
  readonly hook: Hook;
  readonly context: JsonObject;
  /** Reads what services want to know beforehand, with the rights of who asks. */
  readonly fetchPrefetch: FetchPrefetch;
}

/** What external services say; what could not be had is told, since no card is no all-clear. */
export interface HookAnswer {
  readonly answers: readonly { readonly service: string; readonly answer: CdsAnswer }[];
  /** URLs of services and of servers that did not answer, or not as they should. */
  readonly notChecked: readonly { readonly service: string; readonly reason: string }[];
}

export type CallCdsServices = (call: HookCall) => Promise<HookAnswer>;

interface RemoteService {
  readonly id: string;
  readonly hook: string;
  readonly prefetch: Readonly<Record<string, string>>;
}

interface Discovered {
  readonly until: number;
  readonly services: Promise<readonly RemoteService[]>;
}

/** Milliseconds for which the list of a server's services is kept. */
const KEPT = 600_000;
const MAX_ANSWER = 4_194_304;

/**
 * Asks the configured external services for which a hook is meant, all at once; one that fails or is late holds up none
 * of the others. https://cds-hooks.hl7.org/2.0/
 */
export function createCallCdsServices(options: AskServersOptions): CallCdsServices {
  const { servers, now } = options;
  const known = new Map<CdsServer, Discovered>();

  function servicesOf(server: CdsServer): Promise<readonly RemoteService[]> {
    const kept = known.get(server);
    if (kept !== undefined && kept.until > now()) return kept.services;
    const services = discover(options, server);
    known.set(server, { until: now() + KEPT, services });
    services.catch(() => known.delete(server));
    return services;
  }

  return async (call) => {
    const answers: { readonly service: string; readonly answer: CdsAnswer }[] = [];
    const notChecked: { readonly service: string; readonly reason: string }[] = [];
    const attempt = async (service: string, work: () => Promise<void>): Promise<void> => {
      try {
        await work();
      } catch (error) {
        notChecked.push({ service, reason: error instanceof Error ? error.message : 'failed' });
      }
    };
    const own = servers.filter(({ tenant }) => tenant === call.tenant);
    await Promise.all(
      own.map((server) =>
        attempt(server.url, async () => {
          const meant = (await servicesOf(server)).filter(({ hook }) => hook === call.hook);
          await Promise.all(
            meant.map((service) => {
              const url = `${server.url}/${service.id}`;
              return attempt(url, async () => {
                answers.push({ service: url, answer: await ask(options, server, service, call) });
              });
            }),
          );
        }),
      ),
    );
    return { answers, notChecked };
  };
}

async function discover(options: AskServersOptions, server: CdsServer): Promise<readonly RemoteService[]> {
  const answer = await exchange(options, server, server.url, undefined);
  const { services } = isObject(answer) ? answer : {};
  if (!Array.isArray(services)) throw new Error('it does not list its services');
  const listed = services.filter(isObject).flatMap(remoteService);
  const missing = server.services?.find((id) => listed.every((each) => each.id !== id));
  if (missing !== undefined) throw new Error(`it has no service ${missing}`);
  return listed.filter(({ id }) => server.services?.includes(id) ?? true);
}

/** The id becomes part of a URL, so that it must not lead elsewhere. */
function remoteService({ id, hook, prefetch = {} }: JsonObject): RemoteService[] {
  if (typeof id !== 'string' || !/^[\w.~-]{1,128}$/.test(id) || /^\.+$/.test(id) || typeof hook !== 'string') return [];
  const templates = Object.entries(isObject(prefetch) ? prefetch : {}).flatMap(([key, text]) =>
    typeof text === 'string' ? [[key, text] as const] : [],
  );
  return [{ id, hook, prefetch: Object.fromEntries(templates) }];
}

async function ask(
  options: AskServersOptions,
  server: CdsServer,
  { id, prefetch }: RemoteService,
  { hook, context, fetchPrefetch }: HookCall,
): Promise<CdsAnswer> {
  const values = await Promise.all(
    Object.entries(prefetch).map(async ([key, text]) => {
      const value = await prefetched(text, context, fetchPrefetch);
      return value === undefined ? [] : [[key, value] as const];
    }),
  );
  const found = values.flat();
  const body: JsonObject = {
    hook,
    hookInstance: options.newId(),
    context,
    ...(found.length === 0 ? {} : { prefetch: Object.fromEntries(found) }),
  };
  const answer = await exchange(options, server, `${server.url}/${id}`, body);
  return checkAnswer(answer) as unknown as CdsAnswer;
}

/** Undefined for what is not understood here and for what may not be told: then the service says whether it can do without. */
async function prefetched(
  text: string,
  context: JsonObject,
  fetchPrefetch: FetchPrefetch,
): Promise<JsonObject | null | undefined> {
  try {
    const query = readTemplate(text).fill(context);
    return query === undefined ? null : await fetchPrefetch(query);
  } catch (error) {
    if (error instanceof Fault || error instanceof TemplateError) return undefined;
    throw error;
  }
}

async function exchange(
  { fetch, sign }: AskServersOptions,
  { timeout }: CdsServer,
  url: string,
  body: JsonObject | undefined,
): Promise<JsonValue> {
  const headers = { Accept: 'application/json', Authorization: `Bearer ${await sign(url)}` };
  const request: OutboundRequest =
    body === undefined
      ? { headers }
      : {
          method: 'POST',
          headers: { ...headers, 'Content-Type': 'application/json' },
          body: stringifyJson(body),
        };
  const response = await fetch(url, request, { timeout, maxBytes: MAX_ANSWER });
  if (response.status !== 200) throw new Error(`it answers ${response.status}`);
  return parseJson(await response.text());
}
