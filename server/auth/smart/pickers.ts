import type { Principal } from '../../access/principal.ts';
import type { RequestTrail } from '../../fhir/audit-trail.ts';
import type { Engine } from '../../fhir/engine.ts';
import { requestContext } from '../../fhir/request-context.ts';
import type { FhirResponse } from '../../fhir/request.ts';
import { route } from '../../fhir/router.ts';
import { Fault } from '../../kernel/fault.ts';
import { isObject, parseJson, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { uuidv7 } from '../../kernel/id.ts';
import type { Session } from '../account.ts';
import type { Choice, Pickers } from '../oauth/options.ts';

export interface PickerOptions {
  readonly engine: Engine;
  /** What a page shows of patients is recorded as if an app had asked for it. */
  openTrail(request: {
    readonly principal: Principal;
    readonly requestId: string;
    readonly ip: string;
    readonly baseUrl: string;
  }): RequestTrail;
  now(): number;
}

const MOST = 20;

/** Choices for the pages of a launch, by the searches and with the grants of who is signed in. */
export function createPickers({ engine, openTrail, now }: PickerOptions): Pickers {
  async function ask(session: Session, path: readonly string[], query: string): Promise<JsonObject> {
    const { baseUrl } = engine.settings;
    const principal = principalOf(session);
    const requestId = uuidv7(now());
    const audit = openTrail({ principal, requestId, ip: '', baseUrl });
    const access = await engine.access(principal);
    const ctx = requestContext(engine, { requestId, baseUrl, access, audit });
    audit.begin(path.length === 1 ? 'search-type' : 'read', path, query);
    let answer: FhirResponse;
    try {
      answer = await route(engine, ctx, { method: 'GET', path, query, headers: { prefer: {}, accept: [] } });
      audit.succeeded(answer.status);
    } catch (error) {
      audit.failed(error instanceof Fault ? error.status : 500, error instanceof Fault ? error.message : 'exception');
      throw error;
    } finally {
      await audit.settle();
    }
    const resource = parseJson(answer.text ?? '');
    return isObject(resource) ? resource : {};
  }

  async function search(session: Session, type: string, query: string): Promise<readonly JsonObject[]> {
    return objects((await ask(session, [type], `${query}&_count=${MOST}`)).entry)
      .map(({ resource }) => resource)
      .filter(isObject);
  }

  return {
    async findPatients(session, text) {
      const words = text.trim();
      if (words === '') return (await search(session, 'Patient', '_sort=-_lastUpdated')).map(patientChoice);
      const value = encodeURIComponent(words.replace(/[\\,|$]/g, '\\$&'));
      const found = await Promise.all(
        ['name', 'identifier'].map((code) => search(session, 'Patient', `${code}=${value}`)),
      );
      const choices = new Map(found.flat().map((patient) => [patient.id, patientChoice(patient)]));
      return [...choices.values()].slice(0, MOST);
    },
    async findPatient(session, id) {
      try {
        return patientChoice(await ask(session, ['Patient', id], ''));
      } catch (error) {
        if (error instanceof Fault && error.status < 500) return undefined;
        throw error;
      }
    },
    async findEncounters(session, patient) {
      const query = `subject=Patient/${encodeURIComponent(patient)}&_sort=-date`;
      return (await search(session, 'Encounter', query)).map(encounterChoice);
    },
  };
}

function principalOf({ account, membership, signedIn, secondFactor }: Session): Principal {
  const { tenant, fhirUser, roles } = membership;
  return {
    tenant,
    kind: 'user',
    account: account.id,
    fhirUser,
    roles,
    purposes: [],
    signedIn,
    ...(secondFactor === undefined ? {} : { secondFactor }),
  };
}

function patientChoice({ id, name, birthDate }: JsonObject): Choice {
  const [first] = objects(name);
  const given = Array.isArray(first?.given) ? first.given.filter((part) => typeof part === 'string') : [];
  const full = textOf(first?.text) ?? [...given, textOf(first?.family) ?? ''].join(' ').trim();
  return { id: String(id), text: joined([full === '' ? 'no name' : full, textOf(birthDate)]) };
}

function encounterChoice({ id, period, reasonCode, status }: JsonObject): Choice {
  const start = isObject(period) ? textOf(period.start) : undefined;
  const [reason] = objects(reasonCode);
  const [coding] = objects(reason?.coding);
  return { id: String(id), text: joined([start, textOf(reason?.text) ?? textOf(coding?.display), textOf(status)]) };
}

function joined(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(', ');
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function objects(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
