import type { JsonObject } from '../../server/kernel/json.ts';
import type { Concept, ConceptProperty, Designation } from '../code-system.ts';
import { designationsOf } from '../resource/concept-table.ts';
import { objectAt, objectsAt, textAt, valueOf } from '../resource/elements.ts';
import { textOf } from '../service/parameters.ts';

/** The answer of `$lookup`. https://hl7.org/fhir/R4/codesystem-operation-lookup.html */
export function lookedUp(code: string, answer: JsonObject): Concept {
  const parameters = objectsAt(answer, 'parameter');
  const display = textOf(parameters, 'display');
  const definition = textOf(parameters, 'definition');
  const properties = parameters.flatMap(({ name, part }) => (name === 'property' ? propertyOf({ part }) : []));
  const flag = (name: string): boolean =>
    parameters.some((parameter) => parameter.name === name && parameter.valueBoolean === true) ||
    properties.some((property) => property.code === name && (property.value === true || property.value === 'true'));
  return {
    code,
    ...(display === undefined ? {} : { display }),
    ...(definition === undefined ? {} : { definition }),
    isInactive: flag('inactive'),
    isAbstract: flag('abstract'),
    designations: parameters.flatMap(({ name, part }) => (name === 'designation' ? designationOf({ part }) : [])),
    properties,
  };
}

function propertyOf(property: JsonObject): ConceptProperty[] {
  const parts = objectsAt(property, 'part');
  const code = textOf(parts, 'code');
  const given = valueOf(parts.find(({ name }) => name === 'value') ?? {});
  return code === undefined || given?.value === undefined ? [] : [{ code, type: given.type, value: given.value }];
}

function designationOf(designation: JsonObject): Designation[] {
  const parts = objectsAt(designation, 'part');
  const value = textOf(parts, 'value');
  if (value === undefined) return [];
  const language = textOf(parts, 'language');
  const use = objectAt(
    parts.find(({ name }) => name === 'use'),
    'valueCoding',
  );
  return [{ value, ...(language === undefined ? {} : { language }), ...(use === undefined ? {} : { use }) }];
}

/** What an expansion contains, in its order, nested ones after what they are below. */
export function expandedConcepts(valueSet: JsonObject): readonly Concept[] {
  const concepts: Concept[] = [];
  const pending = [...objectsAt(objectAt(valueSet, 'expansion'), 'contains')].reverse();
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    const code = textAt(item, 'code');
    const display = textAt(item, 'display');
    if (code !== undefined) {
      concepts.push({
        code,
        ...(display === undefined ? {} : { display }),
        isInactive: item.inactive === true,
        isAbstract: item.abstract === true,
        designations: designationsOf(item),
        properties: [],
      });
    }
    pending.push(...[...objectsAt(item, 'contains')].reverse());
  }
  return concepts;
}
