import type { Random } from './random.ts';
import { reference, times, type Resource } from './resource.ts';

const ACT_CODE = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';

/** Closed, open on either side, without time, across a year's end. */
const PERIODS: readonly object[] = [
  { start: '2020-01-01', end: '2020-01-10' },
  { start: '2020-01-05' },
  { end: '2019-06-30' },
  { start: '2019-12-31T23:30:00-05:00', end: '2020-01-01T02:00:00-05:00' },
  { start: '2020', end: '2021' },
  { start: '2020-01-05T08:00:00Z', end: '2020-01-05T08:45:00Z' },
  { start: '2020-02', end: '2020-03' },
  { start: '2021-07-01T00:00:00+14:00', end: '2021-07-01T00:00:00-11:00' },
];

export function encounters(
  random: Random,
  people: readonly Resource[],
  places: readonly Resource[],
  doctors: readonly Resource[],
): Resource[] {
  return times(32, (index) => ({
    resourceType: 'Encounter',
    id: `enc-${index}`,
    status: random.pick(['planned', 'in-progress', 'finished', 'cancelled']),
    class: { system: ACT_CODE, code: random.pick(['AMB', 'IMP', 'EMER', 'HH', 'ACUTE', 'NONAC']) },
    subject: reference(random.pick(people)),
    ...(index % 9 === 8 ? {} : { period: PERIODS[index % PERIODS.length] }),
    ...(random.chance(60)
      ? { location: [{ location: reference(random.pick(places)) }, { location: reference(random.pick(places)) }] }
      : {}),
    ...(random.chance(60) ? { participant: [{ individual: reference(random.pick(doctors)) }] } : {}),
    ...(index % 5 === 0
      ? { length: { value: 10 + index, unit: 'min', system: 'http://unitsofmeasure.org', code: 'min' } }
      : {}),
    ...(index % 5 === 1 ? { length: { value: 1, unit: 'h', system: 'http://unitsofmeasure.org', code: 'h' } } : {}),
    ...(index % 8 === 7 ? { partOf: { reference: `Encounter/enc-${index - 1}` } } : {}),
  }));
}

export function appointments(people: readonly Resource[], doctors: readonly Resource[]): Resource[] {
  return times(8, (index) => ({
    resourceType: 'Appointment',
    id: `app-${index}`,
    status: index % 2 === 0 ? 'booked' : 'arrived',
    start: `2024-03-0${index + 1}T09:00:00Z`,
    end: `2024-03-0${index + 1}T09:30:00Z`,
    participant: [
      { actor: reference(people[index * 2] ?? { resourceType: 'Patient', id: 'pat-0' }), status: 'accepted' },
      {
        actor: reference(doctors[index] ?? { resourceType: 'Practitioner', id: 'prac-0' }),
        status: index % 3 === 0 ? 'declined' : 'accepted',
      },
    ],
  }));
}
