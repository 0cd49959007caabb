import type { Ctx, Engine } from '../../fhir/engine.ts';
import { primitiveInput } from '../../fhir/operations/input.ts';
import type { Operation } from '../../fhir/operations/operation.ts';
import { single } from '../../fhir/query.ts';
import type { FhirResponse } from '../../fhir/request.ts';
import { route } from '../../fhir/router.ts';
import { fault } from '../../kernel/fault.ts';
import { parseJson, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import type { Db } from '../../storage/db.ts';
import { readClient } from '../oauth/clients/client-store.ts';
import type { OnOAuthEvent } from '../oauth/oauth-event.ts';
import { readLaunchContext } from './launch-context.ts';
import { createLaunch } from './launches.ts';

export interface LaunchOptions {
  readonly db: Db;
  readonly fhirBase: string;
  readonly onEvent: OnOAuthEvent;
  now(): number;
}

const TEXTS = ['client', 'patient', 'encounter', 'intent', 'smart_style_url', 'need_patient_banner', 'fhirContext'];

/**
 * `POST [base]/$smart-launch`: an EHR launch out of the user's session. The answer has the value of `launch`, and the address
 * that a browser opens. https://hl7.org/fhir/smart-app-launch/app-launch.html#launch-app-ehr-launch
 */
export function smartLaunch(options: LaunchOptions): Operation {
  return {
    code: 'smart-launch',
    definition: 'https://athanor.health/fhir/OperationDefinition/smart-launch',
    text: 'Opens an app for the user who asks, with a patient, an encounter and more in context; the launch is good for five minutes.',
    levels: ['system'],
    affectsState: true,
    async run(engine, ctx, { request }) {
      const input = primitiveInput(request, TEXTS);
      const { account, tenant, kind } = ctx.access.principal;
      if (kind !== 'user' || account === undefined) {
        throw fault('launch.noUser', 403, 'forbidden', 'Apps are launched by people, not by systems.');
      }
      const client = await launchable(options, single(input, 'client'), tenant);
      const context = readLaunchContext(contextOf((name) => single(input, name)));
      await mustSee(engine, ctx, 'Patient', context.patient);
      await mustSee(engine, ctx, 'Encounter', context.encounter);
      const { db, now, fhirBase, onEvent } = options;
      const launch = await createLaunch(db, { client: client.id, account, tenant, context }, now());
      const { patient } = context;
      await onEvent({
        kind: 'launch',
        outcome: 'success',
        at: now(),
        client: client.id,
        account,
        tenant,
        ...(ctx.access.principal.fhirUser === undefined ? {} : { fhirUser: ctx.access.principal.fhirUser }),
        ...(typeof patient === 'string' ? { patient } : {}),
      });
      return parameters({ launch, url: openingUrl(client.launchUrl, fhirBase, launch) });
    },
  };
}

interface Launchable {
  readonly id: string;
  readonly launchUrl: string;
}

async function launchable({ db }: LaunchOptions, id: string | undefined, tenant: number): Promise<Launchable> {
  const stored = id === undefined ? undefined : await readClient(db, id);
  const { launchUrl, tenants } = stored?.client ?? {};
  if (stored === undefined || launchUrl === undefined || !(tenants?.includes(tenant) ?? true)) {
    const text = 'client must be the id of an app of this organization that has a launch URL.';
    throw fault('launch.unknownClient', 422, 'value', text, 'Parameters.parameter');
  }
  return { id: stored.client.id, launchUrl };
}

/** The context as JSON: operations have texts. */
function contextOf(text: (name: string) => string | undefined): JsonObject {
  const context: JsonObject = {};
  for (const name of ['patient', 'encounter', 'intent', 'smart_style_url']) {
    const value = text(name);
    if (value !== undefined) context[name] = value;
  }
  const banner = text('need_patient_banner');
  if (banner !== undefined)
    context.need_patient_banner = banner === 'true' ? true : banner === 'false' ? false : banner;
  const more = text('fhirContext');
  if (more !== undefined) context.fhirContext = jsonOf(more);
  return context;
}

function jsonOf(text: string): JsonValue {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}

/** Rejects with 404 for what the user may not see, as if it did not exist. */
async function mustSee(engine: Engine, ctx: Ctx, type: string, id: unknown): Promise<void> {
  if (typeof id !== 'string') return;
  await route(engine, ctx, { method: 'GET', path: [type, id], query: '', headers: { prefer: {}, accept: [] } });
}

function openingUrl(launchUrl: string, fhirBase: string, launch: string): string {
  const url = new URL(launchUrl);
  url.searchParams.set('iss', fhirBase);
  url.searchParams.set('launch', launch);
  return url.href;
}

function parameters({ launch, url }: { readonly launch: string; readonly url: string }): FhirResponse {
  const parameter = [
    { name: 'launch', valueString: launch },
    { name: 'url', valueUri: url },
  ];
  return { status: 200, headers: {}, text: JSON.stringify({ resourceType: 'Parameters', parameter }) };
}
