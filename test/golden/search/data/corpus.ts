import { conditions, medicationRequests, medications, procedures, provenances, riskAssessments } from './clinical.ts';
import { appointments, encounters } from './encounters.ts';
import { groups, invoices, libraries, lists, planDefinitions, sequences, valueSets } from './knowledge.ts';
import { observations } from './observations.ts';
import { organizations, patients, practitioners, relatedPersons } from './people.ts';
import { devices, locations } from './places.ts';
import { createRandom } from './random.ts';
import type { Resource } from './resource.ts';

/** Invented resources full of edge cases; what is referred to comes first. The same in every run. */
export function corpus(): readonly Resource[] {
  const random = createRandom(20_240_229);
  const organizationList = organizations();
  const doctors = practitioners(random);
  const people = patients(random, organizationList, doctors);
  const places = locations(organizationList);
  const machines = devices(people);
  const visits = encounters(random, people, places, doctors);
  const found = observations(random, people, doctors, machines, visits);
  const problems = conditions(random, people, visits, doctors);
  const drugs = medications(organizationList);
  return [
    ...organizationList,
    ...doctors,
    ...people,
    ...places,
    ...machines,
    ...relatedPersons(people),
    ...visits,
    ...appointments(people, doctors),
    ...found,
    ...problems,
    ...procedures(random, people, doctors),
    ...drugs,
    ...medicationRequests(random, people, drugs, doctors),
    ...riskAssessments(random, people),
    ...provenances([...people, ...found], doctors),
    ...valueSets(),
    ...libraries(),
    ...planDefinitions(),
    ...sequences(),
    ...lists(people, problems),
    ...groups(people),
    ...invoices(people),
  ];
}
