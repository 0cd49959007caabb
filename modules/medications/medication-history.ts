import type { ResourceOf, Stored } from '#sdk';
import { timeOf } from './administration.ts';
import { prescriptionIds } from './projections/dispenses.ts';
import { momentOf } from './timing/local-time.ts';

export interface HistorySources {
  readonly requests: readonly Stored<'MedicationRequest'>[];
  readonly dispenses: readonly Stored<'MedicationDispense'>[];
  readonly administrations: readonly Stored<'MedicationAdministration'>[];
  readonly statements: readonly Stored<'MedicationStatement'>[];
}

type Source = HistorySources[keyof HistorySources][number];
type Concept = NonNullable<ResourceOf<'MedicationRequest'>['medicationCodeableConcept']>;
type Reference = NonNullable<ResourceOf<'MedicationRequest'>['medicationReference']>;

/** One medication that a patient had, with all that is known of it. */
export interface HistoryItem {
  readonly medication: Concept | Reference | undefined;
  readonly status: string;
  /** As it was written; of the order where there is one. */
  readonly start: string | undefined;
  readonly lastDispensed: string | undefined;
  readonly lastGiven: string | undefined;
  readonly dosage: NonNullable<ResourceOf<'MedicationRequest'>['dosageInstruction']>[number] | undefined;
  /** Leading one first. */
  readonly sources: readonly string[];
}

interface Dated {
  readonly item: HistoryItem;
  /** The latest time of all sources, in milliseconds. */
  readonly latest: number;
}

/**
 * What a patient had, the latest first: dispenses, administrations and statements with the order that they are of, so that
 * no prescription is listed twice; neither is one that came twice from elsewhere under one identifier.
 * @param zone of dates without a time
 */
export function medicationHistory(sources: HistorySources, zone: string): readonly HistoryItem[] {
  const groups = new Map<string, Source[]>();
  const orderKey = orderKeys(sources.requests);
  for (const source of [...sources.requests, ...sources.statements, ...sources.dispenses, ...sources.administrations]) {
    const key = orderIdsOf(source).flatMap((id) => orderKey.get(id) ?? [])[0] ?? referenceOf(source);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [source]);
    else group.push(source);
  }
  return [...groups.values()]
    .map((group) => itemOf(group, zone))
    .sort((a, b) => b.latest - a.latest || (a.item.sources[0] ?? '').localeCompare(b.item.sources[0] ?? ''))
    .map(({ item }) => item);
}

/** By the id of an order the one that stands for it: itself, or the first with the same identifier. */
function orderKeys(requests: HistorySources['requests']): ReadonlyMap<string, string> {
  const first = new Map<string, string>();
  const keys = new Map<string, string>();
  for (const request of requests) {
    const identifiers = (request.identifier ?? []).flatMap(({ system, value }) =>
      system === undefined || value === undefined ? [] : [`${system}|${value}`],
    );
    const key = identifiers.flatMap((each) => first.get(each) ?? [])[0] ?? referenceOf(request);
    for (const each of identifiers) first.set(each, key);
    keys.set(request.id, key);
  }
  return keys;
}

function referenceOf({ resourceType, id }: Source): string {
  return `${resourceType}/${id}`;
}

function orderIdsOf(source: Source): readonly string[] {
  switch (source.resourceType) {
    case 'MedicationRequest':
      return [source.id];
    case 'MedicationDispense':
      return prescriptionIds(source);
    case 'MedicationAdministration':
      return idsIn([source.request]);
    case 'MedicationStatement':
      return idsIn([...(source.basedOn ?? []), ...(source.derivedFrom ?? [])]);
  }
}

function idsIn(references: readonly ({ readonly reference?: string } | undefined)[]): readonly string[] {
  return references.flatMap(
    (each) => /(?:^|\/)MedicationRequest\/([^/]+)(?:\/_history\/[^/]+)?$/.exec(each?.reference ?? '')?.[1] ?? [],
  );
}

function itemOf(group: readonly Source[], zone: string): Dated {
  const [leading] = group;
  const order = group.find((each) => each.resourceType === 'MedicationRequest');
  const statement = group.find((each) => each.resourceType === 'MedicationStatement');
  const dispensed = group.flatMap((each) =>
    each.resourceType === 'MedicationDispense' ? (each.whenHandedOver ?? each.whenPrepared ?? []) : [],
  );
  const given = group.flatMap((each) => (each.resourceType === 'MedicationAdministration' ? (timeOf(each) ?? []) : []));
  const start =
    order?.authoredOn ?? statement?.effectiveDateTime ?? statement?.effectivePeriod?.start ?? statement?.dateAsserted;
  const moment = (time: string | undefined): number => momentOf(time, zone)?.getTime() ?? 0;
  const latestOf = (times: readonly string[]): string | undefined =>
    [...times].sort((a, b) => moment(b) - moment(a))[0];
  const item: HistoryItem = {
    medication: order?.medicationCodeableConcept ?? order?.medicationReference ?? medicationIn(leading),
    status: (order ?? statement ?? leading)?.status ?? 'unknown',
    start: start ?? [...dispensed, ...given].sort((a, b) => moment(a) - moment(b))[0],
    lastDispensed: latestOf(dispensed),
    lastGiven: latestOf(given),
    dosage: order?.dosageInstruction?.[0] ?? statement?.dosage?.[0],
    sources: group.map(referenceOf),
  };
  return { item, latest: Math.max(0, ...[start, item.lastDispensed, item.lastGiven].map(moment)) };
}

function medicationIn(source: Source | undefined): Concept | Reference | undefined {
  return source?.medicationCodeableConcept ?? source?.medicationReference;
}
