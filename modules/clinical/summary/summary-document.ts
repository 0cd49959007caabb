import type { AnyResource, ClinicReader, ModuleContext, ResourceOf, Stored } from '#sdk';
import { documentBundle } from '../documents/document.ts';
import { narrativeOfList, narrativeOfText } from '../documents/narrative.ts';
import { readReferenced } from '../documents/referenced.ts';
import { LOINC } from '../terms.ts';
import { allergies } from './allergies.ts';
import { medications } from './medications.ts';
import { results, vitalSigns } from './observations.ts';
import { pastIllnesses, problems } from './problems.ts';
import type { SummarySection } from './section-content.ts';
import { immunizations, procedures } from './treatments.ts';

const SECTIONS: readonly SummarySection[] = [
  medications,
  allergies,
  problems,
  immunizations,
  procedures,
  results,
  vitalSigns,
  pastIllnesses,
];

type Context = ModuleContext & ClinicReader;
type Section = NonNullable<ResourceOf<'Composition'>['section']>[number];

interface Entry {
  readonly fullUrl: string;
  readonly resource: AnyResource;
}

/**
 * The International Patient Summary of a patient, as far as the caller may see the record: medications, allergies and
 * problems always, other sections when there is something in them. https://hl7.org/fhir/uv/ips/
 */
export async function summaryDocument(context: Context, patient: Stored<'Patient'>): Promise<ResourceOf<'Bundle'>> {
  const at = context.now();
  const subject = entryOf(context, patient);
  const author = await authorEntry(context);
  const gathered: { readonly section: Section; readonly entries: readonly Entry[] }[] = [];
  for (const section of SECTIONS) {
    const made = await sectionOf(context, section, patient, subject.fullUrl);
    if (made !== undefined) gathered.push(made);
  }
  const id = context.newId();
  const composition: ResourceOf<'Composition'> = {
    resourceType: 'Composition',
    status: 'final',
    type: { coding: [{ system: LOINC, code: '60591-5', display: 'Patient summary Document' }] },
    subject: { reference: subject.fullUrl },
    date: at.toISOString(),
    author: [{ reference: author.fullUrl }],
    title: `Patient summary of ${at.toISOString().slice(0, 10)}`,
    section: gathered.map(({ section }) => section),
  };
  return documentBundle({
    id,
    at,
    composition: { fullUrl: `urn:uuid:${id}`, resource: composition },
    others: [subject, author, ...gathered.flatMap(({ entries }) => entries)],
  });
}

async function sectionOf(
  context: Context,
  { title, code, display, gather, absent }: SummarySection,
  patient: Stored<'Patient'>,
  subject: string,
): Promise<{ readonly section: Section; readonly entries: readonly Entry[] } | undefined> {
  const items = await gather({ context, patient: `Patient/${patient.id}` });
  const heading = { title, code: { coding: [{ system: LOINC, code, display }] } };
  if (items.length > 0) {
    const entries = items.map(({ resource }) => entryOf(context, resource));
    const needed = items.flatMap(({ needs = [] }) => needs).map((resource) => entryOf(context, resource));
    const text = narrativeOfList(items.map((item) => item.text));
    return { section: { ...heading, text, entry: references(entries) }, entries: [...entries, ...needed] };
  }
  if (absent === undefined) return undefined;
  const entry = { fullUrl: `urn:uuid:${context.newId()}`, resource: absent(subject) };
  const text = narrativeOfText('There is no information.');
  return { section: { ...heading, text, entry: references([entry]) }, entries: [entry] };
}

function references(entries: readonly Entry[]): { reference: string }[] {
  return entries.map(({ fullUrl }) => ({ reference: fullUrl }));
}

function entryOf({ baseUrl }: Context, resource: AnyResource & { readonly id: string }): Entry {
  return { fullUrl: `${baseUrl}/${resource.resourceType}/${resource.id}`, resource };
}

/** Who asked for it has put it together; otherwise the server itself. */
async function authorEntry(context: Context): Promise<Entry> {
  const who = await readReferenced(context, context.actor.reference);
  if (who !== undefined) return entryOf(context, who);
  return {
    fullUrl: `urn:uuid:${context.newId()}`,
    resource: { resourceType: 'Device', deviceName: [{ name: 'Athanor', type: 'manufacturer-name' }] },
  };
}
