import {
  isObject,
  JsonSyntaxError,
  numberText,
  parseJson,
  type JsonObject,
  type JsonValue,
} from '../../../server/kernel/json.ts';
import type { PropertyKind } from '../../store/release.ts';
import { textOf } from '../decode.ts';
import { UnreadableRelease } from '../problem.ts';
import type { ReleaseBuilder } from '../release-builder.ts';
import type { ReleaseFormat } from '../release-format.ts';
import type { ReleaseFile, ReleaseInput } from '../release-input.ts';
import { fileOf } from './release-files.ts';

const FILE = /\.json$/i;
const TYPES: readonly PropertyKind['type'][] = [
  'code',
  'Coding',
  'string',
  'integer',
  'boolean',
  'dateTime',
  'decimal',
];
/** Concepts stand in concepts; nothing that is published is as deep. */
const MAX_DEPTH = 1000;

/** A CodeSystem resource in JSON with all of its concepts. https://hl7.org/fhir/R4/codesystem.html */
export const fhir: ReleaseFormat = {
  name: 'fhir',
  title: 'FHIR CodeSystem',
  async identify({ input, version: given }) {
    const resource = await readResource(input);
    const { name } = fileOf(input, FILE, 'ending with .json');
    if (resource.resourceType !== 'CodeSystem') {
      const type = textOr(resource.resourceType, 'text');
      throw new UnreadableRelease(name, `is a ${type} and not a CodeSystem; load other resources with athanor import`);
    }
    const version = given ?? textOr(resource.version, '');
    const url = textOr(resource.url, '');
    if (url === '') throw new UnreadableRelease(name, 'has no url');
    if (version === '') throw new UnreadableRelease(name, 'has no version; give it with --version');
    if (resource.content !== 'complete') {
      throw new UnreadableRelease(
        name,
        `holds not all of its concepts (content is ${textOr(resource.content, 'missing')}); post it as a resource instead`,
      );
    }
    const { concept: _concept, text: _text, ...header } = resource;
    return {
      url,
      version,
      isCaseSensitive: resource.caseSensitive === true,
      hasRefsets: false,
      header: { ...header, version },
    };
  },
  bytes: (input) => fileOf(input, FILE, 'ending with .json').size,
  async read(input, builder, context) {
    const file = fileOf(input, FILE, 'ending with .json');
    const resource = await readResource(input);
    context.countBytes(file.size);
    readProperties(resource, builder);
    const related: [number, string][] = [];
    // By hand instead of by recursion: children wait with the number of their parent.
    const waiting: { readonly concept: JsonObject; readonly parent: number | undefined }[] = objects(resource.concept)
      .map((concept) => ({ concept, parent: undefined }))
      .reverse();
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      context.countRow();
      const id = readConcept(next.concept, builder, file, related);
      if (id !== undefined && next.parent !== undefined) builder.parent(id, next.parent);
      for (const child of objects(next.concept.concept).reverse()) waiting.push({ concept: child, parent: id });
      await context.drain();
    }
    for (const [id, parent] of related) {
      const above = builder.idOf(parent);
      if (above === undefined)
        context.problems.error(
          file.name,
          undefined,
          `the parent ${parent} of ${builder.codes[id] ?? ''} is not in the code system`,
        );
      else builder.parent(id, above);
    }
  },
};

function readProperties(resource: JsonObject, builder: ReleaseBuilder): void {
  for (const property of objects(resource.property)) {
    const type = TYPES.find((known) => known === property.type);
    if (type !== undefined) builder.kind(textOr(property.code, ''), type);
  }
}

function readConcept(
  concept: JsonObject,
  builder: ReleaseBuilder,
  file: ReleaseFile,
  related: [number, string][],
): number | undefined {
  const properties = objects(concept.property);
  const has = (code: string): boolean =>
    properties.some((property) => property.code === code && property.valueBoolean === true);
  const retired = properties.some(
    ({ code, valueCode }) => code === 'status' && (valueCode === 'retired' || valueCode === 'inactive'),
  );
  const id = builder.concept(
    {
      code: textOr(concept.code, ''),
      display: textOr(concept.display, ''),
      definition: textOr(concept.definition, ''),
      isActive: !has('inactive') && !retired,
      isAbstract: has('notSelectable') || has('abstract'),
    },
    file.name,
  );
  if (id === undefined) return undefined;
  for (const property of properties) readProperty(id, property, builder, related);
  for (const { language, use, value } of objects(concept.designation)) {
    builder.designation(id, {
      value: textOr(value, ''),
      ...(typeof language === 'string' ? { language } : {}),
      ...(isObject(use) ? { use: useOf(builder, use) } : {}),
    });
  }
  return id;
}

function readProperty(id: number, property: JsonObject, builder: ReleaseBuilder, related: [number, string][]): void {
  const code = textOr(property.code, '');
  const key = Object.keys(property).find((name) => name.startsWith('value'));
  if (key === undefined || code === '') return;
  const value = property[key];
  if (code === 'parent' && typeof value === 'string') {
    related.push([id, value]);
    return;
  }
  const type = TYPES.find((known) => key === `value${known.charAt(0).toUpperCase()}${known.slice(1)}`) ?? 'string';
  const kind = builder.kind(code, type);
  if (type === 'integer' || type === 'decimal')
    builder.property(id, kind, { number: numberText(property, key) ?? '0' });
  else builder.property(id, kind, { value: isObject(value) ? textOr(value.code, '') : String(value) });
}

function useOf(builder: ReleaseBuilder, use: JsonObject): number {
  const place = builder.uses.findIndex((known) => known.system === use.system && known.code === use.code);
  return place === -1 ? builder.use(use) : place;
}

async function readResource(input: ReleaseInput): Promise<JsonObject> {
  const file = fileOf(input, FILE, 'ending with .json');
  let text = '';
  for await (const piece of textOf(file, 'utf-8', () => undefined)) text += piece;
  let resource: JsonValue;
  try {
    resource = parseJson(text, { maxDepth: MAX_DEPTH });
  } catch (cause) {
    if (!(cause instanceof JsonSyntaxError)) throw cause;
    throw new UnreadableRelease(file.name, cause.message, cause.line, cause);
  }
  if (!isObject(resource)) throw new UnreadableRelease(file.name, 'is no resource');
  return resource;
}

function objects(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function textOr(value: JsonValue | undefined, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}
