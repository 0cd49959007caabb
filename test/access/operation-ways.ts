import type { Operation } from '../../server/fhir/operations/operation.ts';
import { minimalResource } from '../conformance/minimal-resource.ts';
import type { Question } from './ask.ts';
import { canaryOf, ownId } from './canaries.ts';
import { graphqlWays } from './graphql-ways.ts';
import { moduleInputs } from './module-operation-inputs.ts';
import type { Look, Way } from './ways.ts';

/** What each operation is given, at whatever level it is called; a further operation of the server has to be named here. */
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
  erase: (look) => [
    {},
    texts({ confirm: ownId(look.target.owner, 'Patient'), basis: 'test-data' }),
    texts({ confirm: ownId(look.own, 'Patient'), basis: 'test-data' }),
  ],
  'cds-feedback': () => [{}],
  'smart-launch': (look) => [
    texts({
      client: 'none',
      patient: ownId(look.target.owner, 'Patient'),
      encounter: ownId(look.target.owner, 'Encounter'),
    }),
  ],
  'user-create': (look) => [
    texts({ login: 'x', mail: 'x@clinic.example', user: `Patient/${ownId(look.target.owner, 'Patient')}` }),
  ],
  'user-invite': () => [texts({ login: 'none' })],
  'user-reset': () => [texts({ login: 'none' })],
  'user-disable': () => [texts({ login: 'none' })],
  'user-enable': () => [texts({ login: 'none' })],
  'user-unlock': () => [texts({ login: 'none' })],
  'user-end-sessions': () => [texts({ login: 'none' })],
  'user-grant-membership': membership,
  'user-revoke-membership': membership,
  'user-list': () => [{}],
  'api-keys': () => [{}],
  'create-api-key': () => [texts({ name: 'x', role: 'system' })],
  'revoke-api-key': () => [texts({ id: 'none' })],
  modules: () => [{}],
  'module-enable': () => [texts({ name: 'none' })],
  'module-disable': () => [texts({ name: 'none' })],
  'rebuild-projection': () => [texts({ name: 'none' })],
  'verify-projection': () => [texts({ name: 'none' })],
  reports: () => [{}],
  report: () => [{}, texts({ report: 'none' })],
  import: () => [{}],
  jobs: () => [{}],
  'job-retry': () => [texts({ id: NO_JOB })],
  'job-cancel': () => [texts({ id: NO_JOB })],
  'job-drain': () => [texts({ queue: 'none' })],
  status: (look) => [{}, texts({ id: ownId(look.target.owner, 'Subscription') })],
  events: () => [{}, texts({ eventsSinceNumber: '1', content: 'full-resource' })],
  'get-ws-binding-token': (look) => [{}, texts({ ids: ownId(look.target.owner, 'Subscription') })],
  'subscription-secret': () => [{}],
  'dead-letters': (look) => [{}, texts({ subscriber: `Subscription/${ownId(look.target.owner, 'Subscription')}` })],
  replay: (look) => [{}, texts({ subscriber: `Subscription/${ownId(look.target.owner, 'Subscription')}` })],
  'deploy-bot': (look) => [library(look)],
  deploy: () => [{}, texts({ version: '1' })],
  withdraw: () => [{}],
  execute: () => [{}, texts({ 'hl7-event': 'ADT^A01', 'hl7-message': 'MSH|' })],
  bots: () => [{}],
  runs: () => [{}],
  'set-bot-secret': () => [texts({ name: 'x', value: 'x' })],
  'remove-bot-secret': () => [texts({ name: 'x' })],
  'bot-secrets': () => [{}],
};

const NO_JOB = '00000000-0000-7000-8000-000000000000';

/** Those that are asked in ways of their own. */
const OTHERWISE: Readonly<Record<string, (look: Look, place: string) => readonly Way[]>> = {
  graphql: graphqlWays,
  export: (look, place) => [
    { method: 'GET', url: place, headers: LATER },
    { method: 'GET', url: `${place}?_type=${look.target.type}`, headers: LATER },
  ],
  'bulk-delete': (look, place) => [
    {
      ...post(place, texts({ _typeFilter: `${look.target.type}?_id=${look.target.id}`, dryRun: 'true' })),
      headers: LATER,
    },
  ],
};

const LATER = { prefer: 'respond-async' };

function membership(look: Look): readonly object[] {
  return [texts({ login: 'none', user: `Patient/${ownId(look.target.owner, 'Patient')}` })];
}

function library(look: Look): object {
  const { id, key } = canaryOf(look.target.owner, 'Library');
  return { ...minimalResource(look.engine.definitions, 'Library'), id, identifier: [{ value: key }] };
}

/** @returns undefined for an operation of the server that has no entry here */
export function operationWays(operation: Operation, look: Look): readonly Way[] | undefined {
  const { code: name, levels, types } = operation;
  const inputs = operation.signature === undefined ? INPUTS[name]?.(look) : moduleInputs(operation.signature, look);
  const otherwise = OTHERWISE[name];
  if (inputs === undefined && otherwise === undefined) return undefined;
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
    ...(inputs ?? []).map((body): Way => post(url, body)),
    ...(otherwise?.(look, url) ?? []),
  ]);
}

const LEADS_ON: ReadonlySet<string> = new Set(['everything', 'export-record', 'rectify']);

/** What goes from one resource to others might reach the target from the asker's own. */
function ownPlaces({ own }: Look, { code: name, types = [], signature }: Operation): readonly string[] {
  return LEADS_ON.has(name) || signature !== undefined
    ? types.map((type) => `${type}/${ownId(own, type)}/$${name}`)
    : [];
}

function post(url: string, body: object): Way {
  return Object.keys(body).length === 0 ? { method: 'POST', url } : { method: 'POST', url, body };
}

function parameters(parameter: readonly object[]): object {
  return { resourceType: 'Parameters', parameter };
}

function texts(values: Readonly<Record<string, string>>): object {
  return parameters(Object.entries(values).map(([name, valueString]) => ({ name, valueString })));
}

function code({ target }: Look): object {
  return parameters([
    { name: 'url', valueUri: 'urn:example' },
    { name: 'system', valueUri: 'urn:example' },
    { name: 'code', valueCode: target.key },
  ]);
}
