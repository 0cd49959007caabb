import { CONTROL_CODES } from '../../search/parse/controls.ts';
import type { SearchRegistry } from '../../search/registry-types.ts';
import type { Operation, OperationLevel } from '../operations/operation.ts';
import { inputInBody, inputInQuery } from './openapi-input.ts';
import { operationsAt } from '../operations/table.ts';
import type { Route } from '../route.ts';
import { ROUTES } from '../router.ts';
import { searchCapabilities, type Described, type SearchCapability } from './search-capability.ts';

/** Path → method → OpenAPI operation. */
type Paths = Record<string, Record<string, object>>;

const documents = new WeakMap<SearchRegistry, string>();

const FHIR_JSON = 'application/fhir+json';
const PATCH_TYPES = ['application/json-patch+json', FHIR_JSON];
const FORM = 'application/x-www-form-urlencoded';

/**
 * The REST interface as an OpenAPI 3.0 document (JSON text), out of the tables by which the server runs.
 * https://spec.openapis.org/oas/v3.0.3
 * @param baseUrl of the FHIR interface, without a slash at the end
 */
export function openApiDocument(engine: Described, baseUrl: string): string {
  let text = documents.get(engine.registry);
  if (text === undefined) {
    const { version } = engine.settings;
    text = JSON.stringify({
      openapi: '3.0.3',
      info: { title: 'Athanor FHIR R4', version, license: { name: 'MIT' } },
      paths: pathsOf(engine),
      components: components(engine),
    }).slice(0, -1);
    documents.set(engine.registry, text);
  }
  return `${text},"servers":[${JSON.stringify({ url: baseUrl })}]}`;
}

function pathsOf(engine: Described): Paths {
  const { definitions } = engine;
  const searches = searchCapabilities(engine);
  const paths: Paths = {};
  for (const route of ROUTES) {
    if (route.interaction === 'operation') {
      for (const operation of operationsOf(engine.operations, route)) addOperation(paths, route, operation);
    } else if (route.shape === 'T') {
      // One path per type, because each has its own search parameters.
      for (const type of definitions.resourceTypes) add(paths, `/${type}`, route, type, searches.get(type));
    } else {
      add(paths, pathOf(route.shape), route, undefined, undefined);
    }
  }
  return paths;
}

function pathOf(shape: string): string {
  if (shape === '') return '/';
  // The second type of a shape is the member of a compartment, the second id a version.
  const names = new Map([
    ['T', ['{type}', '{member}']],
    ['I', ['{id}', '{vid}']],
  ]);
  return `/${shape
    .split('/')
    .map((segment) => names.get(segment)?.shift() ?? segment)
    .join('/')}`;
}

function add(
  paths: Paths,
  path: string,
  route: Route,
  type: string | undefined,
  search: SearchCapability | undefined,
): void {
  const { method, interaction } = route;
  const isSearch = interaction.startsWith('search-');
  const query = isSearch && method === 'GET' ? [...queryParameters(search), ...controls()] : [];
  describe(paths, path, method, {
    operationId: `${interaction}${type ?? ''}${isSearch ? `-${method.toLowerCase()}-${path.replace(/\W+/g, '-')}` : ''}`,
    tags: [type ?? 'any type'],
    summary: interaction,
    parameters: [...pathParameters(path), ...query],
    ...(method === 'GET' || method === 'DELETE' ? {} : { requestBody: bodyOf(isSearch, method) }),
  });
}

function bodyOf(isSearch: boolean, method: string): object {
  const types = isSearch ? [FORM] : method === 'PATCH' ? PATCH_TYPES : [FHIR_JSON];
  return { content: Object.fromEntries(types.map((type) => [type, { schema: {} }])) };
}

function operationsOf(operations: readonly Operation[], { shape, method }: Route): readonly Operation[] {
  return operationsAt(operations, levelOf(shape), undefined).filter(
    ({ affectsState }) => method === 'POST' || !affectsState,
  );
}

function levelOf(shape: string): OperationLevel {
  return shape === '$' ? 'system' : shape === 'T/$' ? 'type' : 'instance';
}

function addOperation(paths: Paths, { method, shape }: Route, operation: Operation): void {
  const { code, text, types, signature } = operation;
  for (const type of types ?? ['{type}']) {
    const path = `/${shape
      .replace('T', type)
      .replace('I', '{id}')
      .replace('$', () => `$${code}`)}`;
    describe(paths, path, method, {
      operationId: `${code}-${method.toLowerCase()}-${levelOf(shape)}${types === undefined ? '' : `-${type}`}`,
      tags: ['operations'],
      summary: text,
      parameters: [...pathParameters(path), ...(method === 'GET' ? inputInQuery(signature) : [])],
      ...(method === 'POST' ? { requestBody: inputInBody(signature) } : {}),
    });
  }
}

function describe(paths: Paths, path: string, method: string, operation: object): void {
  const methods = (paths[path] ??= {});
  methods[method.toLowerCase()] = { ...operation, responses: { default: { $ref: '#/components/responses/resource' } } };
}

function pathParameters(path: string): object[] {
  const names = path.match(/(?<=\{)\w+(?=\})/g) ?? [];
  return names.map((name) => ({ $ref: `#/components/parameters/${name}` }));
}

function queryParameters(search: SearchCapability | undefined): object[] {
  return (search?.searchParam ?? []).map(({ name, type, documentation }) => ({
    name,
    in: 'query',
    schema: { type: 'string' },
    description: documentation === undefined ? type : `${type}: ${documentation}`,
  }));
}

function controls(): object[] {
  return CONTROL_CODES.map((code) => ({ $ref: `#/components/parameters/${code}` }));
}

function components({ definitions }: Described): object {
  const type = { type: 'string', enum: definitions.resourceTypes };
  const id = { type: 'string', pattern: '^[A-Za-z0-9.-]{1,64}$' };
  const inPath = Object.entries({ type, member: type, id, vid: { type: 'integer', minimum: 1 } }).map(
    ([name, schema]) => [name, { name, in: 'path', required: true, schema }],
  );
  const inQuery = CONTROL_CODES.map((name) => [name, { name, in: 'query', schema: { type: 'string' } }]);
  return {
    parameters: Object.fromEntries([...inPath, ...inQuery]) as object,
    responses: {
      resource: {
        description: 'A resource; with a status of 400 or above an OperationOutcome that tells what is wrong.',
        content: {
          [FHIR_JSON]: {
            schema: { type: 'object', required: ['resourceType'], properties: { resourceType: { type: 'string' } } },
          },
        },
      },
    },
  };
}
