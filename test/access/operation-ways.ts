import type { Operation } from '../../server/fhir/operations/operation.ts';
import { minimalResource } from '../conformance/minimal-resource.ts';
import type { Question } from './ask.ts';
import { ownId } from './canaries.ts';
import type { Look, Way } from './ways.ts';

/** What each operation is given, at whatever level it is called; a further operation has to be named here. */
const INPUTS: Readonly<Record<string, (look: Look) => readonly object[]>> = {
  validate: (look) => [
    {},
    { ...minimalResource(look.engine.definitions, look.target.type), id: look.target.id },
    parameters([{ name: 'mode', valueCode: 'delete' }]),
    parameters([
      { name: 'mode', valueCode: 'create' },
      {
        name: 'resource',
        resource: {
          ...minimalResource(look.engine.definitions, look.target.type),
          subject: { reference: `${look.target.type}/${look.target.id}` },
        },
      },
    ]),
  ],
  meta: () => [{}],
  'meta-add': () => [parameters([{ name: 'meta', valueMeta: { tag: [{ code: 'x' }] } }])],
  'meta-delete': () => [parameters([{ name: 'meta', valueMeta: { tag: [{ code: 'x' }] } }])],
  'break-glass': () => [parameters([{ name: 'reason', valueString: 'Unconscious after an accident' }])],
  'legal-hold': () => [parameters([{ name: 'hold', valueBoolean: false }])],
  rectify: (look) => [
    parameters([
      { name: 'request', valueString: 'It is wrong' },
      { name: 'target', valueString: `${look.target.type}/${look.target.id}` },
    ]),
    parameters([
      { name: 'task', valueString: `Task/${ownId(look.target.owner, 'Task')}` },
      { name: 'decision', valueCode: 'denied' },
      { name: 'reason', valueString: 'It is right' },
    ]),
  ],
  'export-record': () => [{}],
  'access-report': () => [{}],
  'accounting-of-disclosures': () => [{}],
  'record-disclosure': () => [
    parameters([
      { name: 'recipient', valueString: 'Somebody' },
      { name: 'purpose', valueCode: 'TREAT' },
      { name: 'description', valueString: 'A letter' },
    ]),
  ],
  'user-activity': (look) => [
    {},
    parameters([{ name: 'user', valueString: `Patient/${ownId(look.target.owner, 'Patient')}` }]),
  ],
  'break-glass-review': () => [{}],
  'break-glass-sign-off': () => [parameters([{ name: 'event', valueString: 'none' }])],
  roles: () => [{}],
  'define-role': () => [parameters([{ name: 'definition', valueString: '{}' }])],
  'remove-role': () => [parameters([{ name: 'name', valueString: 'none' }])],
  everything: () => [
    {},
    parameters([{ name: '_count', valueInteger: 1000 }]),
    parameters([{ name: 'start', valueDate: '2000' }]),
  ],
  expunge: () => [parameters([{ name: 'expungeDeletedResources', valueBoolean: true }])],
  fhirpath: () => [
    parameters([{ name: 'expression', valueString: '%resource' }]),
    parameters([{ name: 'expression', valueString: 'meta' }]),
  ],
  'install-package': () => [{}],
  'uninstall-package': () => [
    parameters([
      { name: 'name', valueString: 'x' },
      { name: 'version', valueString: '1' },
    ]),
  ],
  packages: () => [{}],
  snapshot: () => [{}, parameters([{ name: 'url', valueUri: 'urn:example' }])],
  expand: () => [{}, parameters([{ name: 'url', valueUri: 'urn:example' }])],
  'validate-code': (look) => [{}, code(look)],
  'batch-validate-code': (look) => [{}, parameters([{ name: 'validation', resource: code(look) }])],
  lookup: (look) => [{}, code(look)],
  subsumes: () => [
    {},
    parameters([
      { name: 'codeA', valueCode: 'x' },
      { name: 'codeB', valueCode: 'y' },
      { name: 'system', valueUri: 'urn:example' },
    ]),
  ],
  'find-matches': () => [{}, parameters([{ name: 'system', valueUri: 'urn:example' }])],
  translate: (look) => [{}, code(look)],
  closure: () => [parameters([{ name: 'name', valueString: 'x' }])],
};

/** @returns undefined for an operation that has no entry here */
export function operationWays(operation: Operation, look: Look): readonly Way[] | undefined {
  const { code: name, levels, types } = operation;
  const inputs = INPUTS[name]?.(look);
  if (inputs === undefined) return undefined;
  const { type, id } = look.target;
  const isOfType = types === undefined || types.includes(type);
  const places = [
    ...(levels.includes('system') ? [`$${name}`] : []),
    ...(levels.includes('type') && isOfType ? [`${type}/$${name}`] : []),
    ...(levels.includes('instance') && isOfType ? [`${type}/${id}/$${name}`] : []),
    ...ownPlaces(look, operation),
  ];
  return places.flatMap((url) => [
    { method: 'GET', url } satisfies Question,
    ...inputs.map((body): Way => post(url, body)),
  ]);
}

const LEADS_ON: ReadonlySet<string> = new Set(['everything', 'export-record', 'rectify']);

/** What goes from one resource to others might reach the target from the asker's own. */
function ownPlaces({ own }: Look, { code: name, types = [] }: Operation): readonly string[] {
  return LEADS_ON.has(name) ? types.map((type) => `${type}/${ownId(own, type)}/$${name}`) : [];
}

function post(url: string, body: object): Way {
  return Object.keys(body).length === 0 ? { method: 'POST', url } : { method: 'POST', url, body };
}

function parameters(parameter: readonly object[]): object {
  return { resourceType: 'Parameters', parameter };
}

function code({ target }: Look): object {
  return parameters([
    { name: 'url', valueUri: 'urn:example' },
    { name: 'system', valueUri: 'urn:example' },
    { name: 'code', valueCode: target.key },
  ]);
}
