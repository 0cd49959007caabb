import type { Person, WatchFacts } from '../../server/audit/heuristics/rule.ts';
import { watchTenant } from '../../server/audit/heuristics/watch-tenant.ts';
import { uuidv7 } from '../../server/kernel/id.ts';
import { storeAuditRows, type AuditRow } from '../../server/storage/audit-rows.ts';
import { openTestEngine, type TestEngine } from '../harness/test-engine.ts';
import { keepAllActivity } from './keep-all-activity.ts';

/** A month of a clinic of 24 people and 1,500 patients, with planted breaches: nearly all are found, and hardly anything else. */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 8, 1);
/** Days that come before, so that there is something usual. */
const WARM_UP = 15;
const DAYS = 30;
const PATIENTS = 1500;

let seed = 42;
/** xorshift: the month is the same in each run. */
function random(below: number): number {
  seed ^= seed << 13;
  seed ^= seed >>> 17;
  seed ^= seed << 5;
  return Math.abs(seed) % below;
}

const SURNAMES = Array.from({ length: 120 }, (_, index) => `Name${index}`);
const people = new Map<string, Person>();
for (let index = 0; index < PATIENTS; index += 1) {
  people.set(`Patient/${index}`, {
    family: SURNAMES[index % SURNAMES.length] ?? '',
    given: `Given${index}`,
    birthDate: '1970-01-01',
    identifiers: [`urn:mrn|${index}`],
    labels: index % 300 === 7 ? ['CEL'] : [],
  });
}

interface Staff {
  readonly agent: string;
  readonly role: string;
  /** First hour of work, and how many. */
  readonly shift: readonly [number, number];
  readonly panel: readonly string[];
  readonly patientsPerHour: number;
}

const staff: Staff[] = [];
for (let index = 0; index < 24; index += 1) {
  const role = index < 12 ? 'physician' : index < 20 ? 'nurse' : 'receptionist';
  const isNight = role === 'nurse' && index % 3 === 0;
  const panel =
    role === 'receptionist'
      ? [...people.keys()]
      : Array.from({ length: 120 }, (_, place) => `Patient/${(index * 60 + place) % PATIENTS}`);
  staff.push({
    agent: `Practitioner/${index}`,
    role,
    shift: isNight ? [22, 8] : [8, 9],
    panel,
    patientsPerHour: role === 'receptionist' ? 9 : 5,
  });
  people.set(`Practitioner/${index}`, {
    family: SURNAMES[(index * 7) % SURNAMES.length] ?? '',
    given: `Staff${index}`,
    birthDate: '1980-01-01',
    identifiers: [],
    labels: [],
  });
}

const related = new Set(
  staff
    .filter(({ role }) => role !== 'receptionist')
    .flatMap(({ agent, panel }) => panel.map((patient) => `${agent} ${patient}`)),
);
const facts: WatchFacts = {
  person: (_tenant, reference) => Promise.resolve(people.get(reference)),
  isRelated: (_tenant, agent, patient) => Promise.resolve(related.has(`${agent} ${patient}`)),
  // Those of the month come; the planted ones do not.
  isExpected: (_tenant, patient) => Promise.resolve(/^Patient\/[0-9]+$/.test(patient)),
  isPlannedExport: (_tenant, agent) => Promise.resolve(agent === 'client/warehouse'),
  countryOf: (ip) => (ip.startsWith('10.') ? 'CH' : ip.startsWith('20.') ? 'BR' : undefined),
};

const rows: AuditRow[] = [];

function event(at: number, agent: string, extra: Partial<AuditRow> = {}): void {
  const role = staff.find((each) => each.agent === agent)?.role;
  rows.push({
    recorded: at,
    id: uuidv7(at),
    kind: 'rest',
    action: 'R',
    outcome: 0,
    status: 200,
    interaction: 'read',
    type: 'Observation',
    resourceId: 'o1',
    version: 1,
    agent,
    who: JSON.stringify({ kind: 'user', account: agent.slice(-2), roles: role === undefined ? [] : [role] }),
    ip: '10.0.0.1',
    requestId: '',
    patients: [],
    found: '',
    detail: '',
    ...extra,
  });
}

function open(at: number, agent: string, patient: string): void {
  event(at, agent, { patients: [patient] });
}

function ordinaryMonth(): void {
  for (let day = -WARM_UP; day < DAYS; day += 1) {
    const midnight = START + day * DAY;
    for (const { agent, shift, panel, patientsPerHour } of staff) {
      if (random(7) < 2) continue;
      event(midnight + shift[0] * HOUR, agent, {
        kind: 'authentication',
        interaction: 'sign-in',
        action: 'E',
        status: 0,
      });
      for (let hour = 0; hour < shift[1]; hour += 1) {
        const count = 1 + random(patientsPerHour);
        for (let each = 0; each < count; each += 1) {
          open(midnight + (shift[0] + hour) * HOUR + 1 + random(HOUR - 2), agent, panel[random(panel.length)] ?? '');
        }
      }
    }
    event(midnight + 2 * HOUR, 'client/warehouse', { interaction: '$export', action: 'E', resourceId: '', type: '' });
    // Somebody mistypes a password once or twice; a client asks for some things that are gone.
    event(midnight + 8 * HOUR, 'account/3', { kind: 'authentication', interaction: 'sign-in', outcome: 4, status: 0 });
    for (let each = 0; each < 8; each += 1)
      event(midnight + 9 * HOUR + each, 'client/app', { outcome: 4, status: 404, resourceId: `x${random(9000)}` });
  }
}

/** `rule agent` of what was planted. */
const planted: string[] = [];

/** Breaches, each on a day and by a person of its own kind. */
function plant(): void {
  const at = (index: number, hour: number): number => START + ((index * 5 + 3) % DAYS) * DAY + hour * HOUR;
  const strangers = (agent: string, count: number, from: number): string[] =>
    Array.from({ length: PATIENTS }, (_, place) => `Patient/${(from + place * 11) % PATIENTS}`)
      .filter(
        (patient) =>
          !related.has(`${agent} ${patient}`) &&
          people.get(patient)?.family !== people.get(agent)?.family &&
          people.get(patient)?.labels.length === 0,
      )
      .slice(0, count);
  for (let index = 0; index < 6; index += 1) {
    const agent = `Practitioner/${index}`;
    // Of their own panel, so that nothing but the number is unusual.
    const own = staff[index]?.panel ?? [];
    own.slice(0, 80).forEach((patient, place) => open(at(index, 10) + place * 1000, agent, patient));
    planted.push(`many-patients ${agent}`);
  }
  for (let index = 6; index < 12; index += 1) {
    const agent = `Practitioner/${index}`;
    strangers(agent, 60, index).forEach((patient, place) => open(at(index, 11) + place * 400_000, agent, patient));
    planted.push(`no-relationship ${agent}`);
  }
  for (let index = 0; index < 5; index += 1) {
    const agent = `Practitioner/${index + 1}`;
    const own = `Patient/own${index}`;
    people.set(own, { ...(people.get(agent) as Person), identifiers: [] });
    open(at(index, 13), agent, own);
    planted.push(`own-record ${agent}`);
    const family = `Patient/family${index}`;
    people.set(family, {
      family: people.get(agent)?.family.toUpperCase() ?? '',
      given: 'Kid',
      birthDate: '2015-01-01',
      identifiers: [],
      labels: [],
    });
    open(at(index, 14), agent, family);
    planted.push(`same-surname ${agent}`);
    const star = `Patient/star${index}`;
    people.set(star, { family: 'Star', given: 'X', birthDate: '1990-01-01', identifiers: [], labels: ['CEL'] });
    open(at(index, 15), agent, star);
    planted.push(`sensitive-record ${agent}`);
  }
  for (const index of [2, 4, 8, 10]) {
    const agent = `Practitioner/${index}`;
    for (let each = 0; each < 5; each += 1) open(at(index, 2) + each * 60_000, agent, staff[index]?.panel[each] ?? '');
    planted.push(`out-of-hours ${agent}`);
  }
  for (const index of [3, 5, 13]) {
    const agent = `Practitioner/${index}`;
    const own = staff[index]?.panel ?? [];
    for (let each = 0; each < 25; each += 1)
      event(at(index, index === 13 ? 9 : 16) + each * 1000, agent, {
        interaction: '$everything',
        action: 'E',
        type: 'Patient',
        resourceId: (own[each] ?? '').slice(8),
      });
    planted.push(`bulk-export ${agent}`);
  }
  event(at(1, 3), 'client/rogue', { interaction: '$export', action: 'E', type: '', resourceId: '' });
  planted.push('bulk-export client/rogue');
  for (const index of [9, 14, 16]) {
    const agent = `Practitioner/${index}`;
    event(at(index, 9), agent, { ip: '10.0.0.9' });
    event(at(index, 9) + 600_000, agent, { ip: '20.0.0.9' });
    planted.push(`two-countries ${agent}`);
  }
  for (const index of [11, 17, 19]) {
    const who = JSON.stringify({ kind: 'user', account: `acc${index}` });
    for (let each = 0; each < 7; each += 1)
      event(at(index, 12) + each * 60_000, `account/acc${index}`, {
        kind: 'authentication',
        interaction: 'sign-in',
        outcome: 4,
        status: 0,
        who,
      });
    event(at(index, 12) + 8 * 60_000, `Practitioner/${index}`, {
      kind: 'authentication',
      interaction: 'sign-in',
      status: 0,
      who,
    });
    planted.push(`guessed-password Practitioner/${index}`);
  }
  for (const name of ['client/scraper', 'anonymous', 'Practitioner/18']) {
    for (let each = 0; each < 30; each += 1)
      event(at(name.length, 17) + each * 2000, name, {
        outcome: 4,
        status: 404,
        resourceId: String(5000 + each),
        type: 'Patient',
      });
    planted.push(`walking-ids ${name}`);
  }
}

let engine: TestEngine;

beforeAll(async () => {
  engine = await openTestEngine();
  ordinaryMonth();
  plant();
  rows.sort((a, b) => a.recorded - b.recorded);
  for (let start = 0; start < rows.length; start += 1000) {
    await storeAuditRows(engine.engine.db, 1, rows.slice(start, start + 1000));
  }
  await engine.engine.db.query({ text: 'analyze audit_page', values: [] });
});
afterAll(() => engine.close());

interface Reported {
  readonly entry: readonly {
    readonly resource: {
      readonly detail?: string;
      readonly code: { readonly coding: readonly { readonly code: string }[] };
    };
  }[];
}

test('planted breaches are found, and hardly anything else', async () => {
  const reported: string[] = [];
  const options = {
    db: engine.engine.db,
    facts,
    writeBundle(_tenant: number, bundle: object) {
      const [issue] = (bundle as Reported).entry;
      reported.push(`${issue?.resource.code.coding[1]?.code} ${issue?.resource.detail?.split(':')[0]}`);
      return Promise.resolve();
    },
  };
  await keepAllActivity(options.db, START);
  // A pass at the end of each hour looks back over it.
  for (let at = START + HOUR; at <= START + DAYS * DAY; at += HOUR) await watchTenant(options, 1, at - HOUR, at);
  const found = planted.filter((one) => reported.includes(one));
  const others = reported.filter((one) => !planted.includes(one));
  process.stdout.write(
    `${rows.length} events; ${found.length} of ${planted.length} planted found, ${others.length} of ${reported.length} reports false\n` +
      `missed: ${planted.filter((one) => !reported.includes(one)).join(', ')}\nfalse: ${others.join(', ')}\n`,
  );
  expect(found.length / planted.length).toBeGreaterThanOrEqual(0.95);
  expect(others.length / reported.length).toBeLessThan(0.02);
}, 300_000);
