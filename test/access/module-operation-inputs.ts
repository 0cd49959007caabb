import type { Operation } from '../../server/fhir/operations/operation.ts';
import { minimalResource } from '../conformance/minimal-resource.ts';
import type { Look } from './ways.ts';

type Signature = NonNullable<Operation['signature']>;
type Parameter = Signature['input'][string];

/**
 * What operations of modules are given, by what they declare: everything that can refer to the target does, or says its
 * key; once with all parameters, once with those that must be there.
 */
export function moduleInputs({ input }: Signature, look: Look): readonly object[] {
  const all = Object.entries(input);
  const required = all.filter(([, { min }]) => min === 1);
  return [all, required].map((parameters) => ({
    resourceType: 'Parameters',
    parameter: parameters.map(([name, parameter]) => ({ name, ...valueOf(parameter, look) })),
  }));
}

function valueOf({ type, oneOf }: Parameter, { engine, target }: Look): object {
  const reference = { reference: `${target.type}/${target.id}` };
  if (type === 'Resource') {
    const resource = minimalResource(engine.definitions, target.type);
    return { resource: { ...resource, subject: reference, patient: reference } };
  }
  const coding = { system: 'urn:example', code: target.key };
  const values: Readonly<Record<Exclude<Parameter['type'], 'Resource'>, unknown>> = {
    string: target.key,
    code: oneOf?.[0] ?? target.key,
    uri: `${target.type}/${target.id}`,
    id: target.id,
    boolean: true,
    integer: 1,
    positiveInt: 1,
    decimal: 1,
    date: '2026-01-01',
    dateTime: '2026-01-01T10:00:00Z',
    instant: '2026-01-01T10:00:00Z',
    Reference: reference,
    Identifier: { system: 'urn:example', value: target.key },
    Coding: coding,
    CodeableConcept: { coding: [coding] },
    Quantity: { value: 1, system: 'http://unitsofmeasure.org', code: '1' },
    Period: { start: '2026-01-01' },
  };
  return { [`value${type.charAt(0).toUpperCase()}${type.slice(1)}`]: oneOf?.[0] ?? values[type] };
}
