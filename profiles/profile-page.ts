import { isObject, type JsonObject, type JsonValue } from '../server/kernel/json.ts';
import type { ClinicFile } from './clinic-files.ts';

const TYPES = 'http://hl7.org/fhir/StructureDefinition/';
const CLINIC = 'https://athanor.health/fhir/StructureDefinition/';

interface Example extends ClinicFile {
  readonly folder: 'valid' | 'invalid';
}

/** A profile or extension as a page of Markdown. */
export function profilePage(structure: JsonObject, examples: readonly Example[]): string {
  const elements = objects(isObject(structure.differential) ? structure.differential.element : undefined);
  const constraints = elements.flatMap((element) =>
    objects(element.constraint).map((constraint) => ({ constraint, at: text(element.id) })),
  );
  return [
    `# ${text(structure.title)}`,
    '',
    `\`${text(structure.url)}\`, a profile on [${text(structure.type)}](https://hl7.org/fhir/R4/${text(structure.type).toLowerCase()}.html).`,
    'Generated from the StructureDefinition by `npm run docs`; do not edit.',
    '',
    text(structure.description),
    ...(structure.purpose === undefined ? [] : ['', `Why: ${text(structure.purpose)}`]),
    '',
    '## Elements',
    '',
    '| Element | Cardinality | Type | Meaning |',
    '| --- | --- | --- | --- |',
    ...elements.map(elementRow),
    ...section(
      'Rules',
      constraints,
      ['| Rule | At | What it says | FHIRPath |', '| --- | --- | --- | --- |'],
      ({ constraint: { key, human, expression }, at }) =>
        row([text(key), code(at), text(human), code(text(expression))]),
    ),
    ...section(
      'Examples',
      examples,
      [],
      ({ folder, name }) => `- ${folder}: [${name}](../examples/${folder}/${name}.json)`,
    ),
    '',
  ].join('\n');
}

function section<T>(title: string, items: readonly T[], head: readonly string[], line: (item: T) => string): string[] {
  return items.length === 0 ? [] : ['', `## ${title}`, '', ...head, ...items.map(line)];
}

function elementRow(element: JsonObject): string {
  const { min, max } = element;
  const cardinality = min === undefined && max === undefined ? '' : `${shown(min)}..${shown(max)}`;
  return row([code(text(element.id)), cardinality, objects(element.type).map(typeText).join(', '), meaning(element)]);
}

/** An empty end is that of the base. */
function shown(bound: JsonValue | undefined): string {
  return typeof bound === 'number' || typeof bound === 'string' ? String(bound) : '';
}

function typeText({ code: name, profile, targetProfile }: JsonObject): string {
  const targets = [...strings(profile), ...strings(targetProfile)].map((url) => shortName(url));
  return targets.length === 0 ? text(name) : `${text(name)}(${targets.join(', ')})`;
}

function shortName(url: string): string {
  return url.replace(TYPES, '').replace(CLINIC, '');
}

function meaning(element: JsonObject): string {
  const parts = [text(element.short)];
  for (const [key, value] of Object.entries(element)) {
    if (key.startsWith('fixed') || key.startsWith('pattern')) parts.push(`Always ${code(JSON.stringify(value))}`);
  }
  if (isObject(element.binding)) {
    parts.push(`Codes (${text(element.binding.strength)}): ${code(text(element.binding.valueSet))}`);
  }
  return parts.filter((part) => part !== '').join('. ');
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function code(content: string): string {
  return content === '' ? '' : `\`${content}\``;
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function strings(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function objects(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
