import type { Engine } from '../../fhir/engine.ts';
import { serverContext } from '../../fhir/request-context.ts';
import { parseStored } from '../../fhir/write/current.ts';
import { findMatches } from '../../fhir/write/matches.ts';
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { readForWrite } from '../../storage/lock.ts';
import { DAY, type Person, type WatchFacts } from './rule.ts';

export interface StoredFactsOptions {
  readonly engine: Engine;
  /** `client/ID` and people who may export in bulk. */
  readonly exporters: readonly string[];
  countryOf(ip: string): string | undefined;
}

/** Facts out of the FHIR store. */
export function storedFacts({ engine, exporters, countryOf }: StoredFactsOptions): WatchFacts {
  return {
    async person(tenant, reference) {
      const ref = engine.hasher(tenant).target(reference);
      const row = (await readForWrite(engine.dbOf(tenant), tenant, [ref], false)).get(ref);
      return row === undefined ? undefined : personOf(parseStored(reference.slice(0, reference.indexOf('/')), row));
    },
    async isRelated(tenant, agent, patient) {
      const ctx = serverContext(engine, tenant, 'audit-watch', engine.settings.baseUrl);
      const found = await findMatches(
        engine,
        ctx,
        [
          { type: 'Appointment', query: `patient=${patient}&practitioner=${agent}` },
          { type: 'Encounter', query: `patient=${patient}&participant=${agent}` },
          { type: 'CareTeam', query: `patient=${patient}&participant=${agent}` },
          { type: 'Patient', query: `_id=${patient.slice('Patient/'.length)}&general-practitioner=${agent}` },
        ],
        1,
      );
      return found.some((matches) => matches.length > 0);
    },
    async isExpected(tenant, patient, at) {
      const ctx = serverContext(engine, tenant, 'audit-watch', engine.settings.baseUrl);
      const day = (days: number): string => new Date(at + days * DAY).toISOString().slice(0, 10);
      const found = await findMatches(
        engine,
        ctx,
        [
          { type: 'Appointment', query: `patient=${patient}&date=ge${day(-2)}&date=le${day(2)}` },
          { type: 'Encounter', query: `patient=${patient}&date=ge${day(-2)}&date=le${day(2)}` },
        ],
        1,
      );
      return found.some((matches) => matches.length > 0);
    },
    isPlannedExport: (_tenant, agent) => Promise.resolve(exporters.includes(agent)),
    countryOf,
  };
}

function personOf({ name, birthDate, identifier, meta }: JsonObject): Person {
  const [first] = objects(name);
  const [given] = Array.isArray(first?.given) ? first.given : [];
  return {
    family: textOf(first?.family),
    given: textOf(given),
    birthDate: typeof birthDate === 'string' ? birthDate : undefined,
    identifiers: objects(identifier)
      .filter(({ system, value }) => typeof system === 'string' && typeof value === 'string')
      .map(({ system, value }) => `${textOf(system)}|${textOf(value)}`),
    labels: objects(isObject(meta) ? meta.security : undefined).map(({ code }) => textOf(code)),
  };
}

function objects(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
