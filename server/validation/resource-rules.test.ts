import { loadDefinitions } from '../definitions/load.ts';
import type { JsonObject } from '../kernel/json.ts';
import { resourceRules } from './resource-rules.ts';
import { createWalk, type Walk } from './walk.ts';

const DEPTH = 10_000;

function apply(resource: JsonObject): Walk {
  const env = {
    definitions: loadDefinitions(),
    canonicals: { version: 0, find: () => undefined, all: () => [], codeSystems: () => [] },
    codes: { known: () => ({ isMember: true, problems: [] }), ask: () => Promise.resolve([]) },
  };
  const type = String(resource.resourceType);
  const walk = createWalk(env, {}, type);
  walk.resources.push({ resource, isContained: false, depth: 1 });
  for (const rule of [...(resourceRules.get('*') ?? []), ...(resourceRules.get(type) ?? [])]) rule(resource, walk);
  return walk;
}

/** Objects within objects, each made of its level and the one below. */
function nested(make: (level: number, below: JsonObject | undefined) => JsonObject): JsonObject {
  let object: JsonObject | undefined;
  for (let level = DEPTH; level > 0; level -= 1) object = make(level, object);
  return object ?? {};
}

function list(below: JsonObject | undefined, name: string): JsonObject {
  return below === undefined ? {} : { [name]: [below] };
}

describe(`${DEPTH} levels are no reason to overflow`, () => {
  test('a hierarchy of concepts', () => {
    const concept = nested((level, below) => ({
      code: level === DEPTH ? '1' : String(level),
      ...list(below, 'concept'),
    }));
    const walk = apply({ resourceType: 'CodeSystem', status: 'active', content: 'complete', concept: [concept] });
    expect(walk.issues.map(({ code }) => code)).toEqual(['duplicate']);
  });

  test('an expansion', () => {
    const entry = nested((level, below) => ({ code: String(level), ...list(below, 'contains') }));
    const walk = apply({ resourceType: 'ValueSet', status: 'active', expansion: { total: 3, contains: [entry] } });
    expect(walk.issues.map(({ text }) => text)).toEqual([expect.stringContaining(`lists ${DEPTH} codes`)]);
  });

  test('a questionnaire and its response', () => {
    const question = nested((level, below) => ({ linkId: String(level), type: 'group', ...list(below, 'item') }));
    const answer = nested((level, below) => ({ linkId: String(level), ...list(below, 'item') }));
    const questionnaire = { resourceType: 'Questionnaire', id: 'q', status: 'active', item: [question] };
    expect(apply(questionnaire).issues).toEqual([]);
    const response = { questionnaire: '#q', contained: [questionnaire], status: 'completed', item: [answer] };
    const { issues } = apply({ resourceType: 'QuestionnaireResponse', ...response });
    expect(issues.map(({ code }) => code)).toEqual(['too-costly']);
  });

  test('an extension in an entry and in a contained resource', () => {
    const extension = nested((level, below) => ({ url: `e${level}`, ...list(below, 'extension') }));
    const resource = { resourceType: 'Patient', id: 'p', extension: [extension] };
    const entry = [{ fullUrl: 'http://example.org/fhir/Patient/p', resource }];
    expect(apply({ resourceType: 'Bundle', type: 'collection', entry }).issues).toEqual([]);
    const container = { resourceType: 'Encounter', contained: [resource], subject: { reference: '#p' } };
    expect(apply(container).issues).toEqual([]);
  });
});

test('a chain of value sets as long as one likes', () => {
  const url = (at: number): string => `http://example.org/ValueSet/${at}`;
  const valueSet = (at: number): JsonObject => ({
    resourceType: 'ValueSet',
    url: url(at),
    status: 'active',
    compose: { include: [{ valueSet: [url((at + 1) % DEPTH)] }] },
  });
  const walk = createWalk(
    {
      definitions: loadDefinitions(),
      canonicals: {
        version: 0,
        find: (_type, canonical) => valueSet(Number(canonical.split('/').at(-1))),
        all: () => [],
        codeSystems: () => [],
      },
      codes: { known: () => undefined, ask: () => Promise.resolve([]) },
    },
    {},
    'ValueSet',
  );
  for (const rule of resourceRules.get('ValueSet') ?? []) rule(valueSet(0), walk);
  expect(walk.issues.map(({ code }) => code)).toEqual(['business-rule']);
  expect(walk.issues[0]?.text.length).toBeLessThan(2000);
});
