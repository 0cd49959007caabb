import { loadDefinitions } from '../../definitions/load.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { assignSlots, createRegistry } from '../../search/registry.ts';
import { ROUTES } from '../router.ts';
import { OPERATIONS } from '../operations/table.ts';
import { structureValidator } from '../../validation/structure.fixture.ts';
import { openApiDocument } from './openapi.ts';
import type { Described } from './search-capability.ts';
import { capabilityStatement } from './statement.ts';

const BASE = 'http://localhost:8080/fhir/R4';
const definitions = loadDefinitions();
const described: Described = {
  definitions,
  operations: OPERATIONS,
  security: undefined,
  typeServers: new Map(),
  asyncWorks: undefined,
  registry: createRegistry(definitions, assignSlots(definitions, []).all),
  settings: {
    baseUrl: BASE,
    referentialIntegrity: true,
    defaultCount: 20,
    maxCount: 1000,
    maxBundleEntries: 5000,
    maxIncludes: 1000,
    linkKey: 'key',
    version: '1.2.3',
  },
};

interface Resource {
  readonly type: string;
  readonly interaction: readonly { readonly code: string }[];
  readonly searchParam: readonly { readonly name: string; readonly type: string; readonly definition?: string }[];
  readonly searchInclude: readonly string[];
  readonly searchRevInclude?: readonly string[];
  readonly operation: readonly { readonly name: string; readonly definition: string }[];
}

interface Statement {
  readonly fhirVersion: string;
  readonly date: string;
  readonly software: object;
  readonly rest: readonly {
    readonly resource: readonly Resource[];
    readonly interaction: readonly { readonly code: string }[];
    readonly operation: readonly { readonly name: string }[];
    readonly compartment: readonly string[];
  }[];
}

describe('CapabilityStatement', () => {
  const statement = JSON.parse(
    JSON.stringify(capabilityStatement(described, ROUTES, Date.UTC(2024, 0, 1))),
  ) as Statement;
  const [rest] = statement.rest;
  const patient = rest?.resource.find(({ type }) => type === 'Patient');

  test('tells what runs', () => {
    expect(statement).toMatchObject({
      fhirVersion: '4.0.1',
      date: '2024-01-01T00:00:00.000Z',
      software: { name: 'Athanor', version: '1.2.3' },
    });
    expect(rest?.resource.map(({ type }) => type)).toEqual(definitions.resourceTypes);
    expect(rest?.interaction.map(({ code }) => code)).toEqual([
      'transaction',
      'batch',
      'history-system',
      'search-system',
    ]);
    expect(rest?.compartment).toContain('http://hl7.org/fhir/CompartmentDefinition/patient');
  });

  test('is valid FHIR', () => {
    expect(structureValidator()(statement as unknown as JsonObject)).toEqual([]);
  });

  test('interactions of a type are those of the routes', () => {
    expect(patient?.interaction.map(({ code }) => code).sort()).toEqual(
      [
        'create',
        'delete',
        'history-instance',
        'history-type',
        'patch',
        'read',
        'search-type',
        'update',
        'vread',
      ].sort(),
    );
  });

  test('every search parameter of the registry is listed once, with its definition', () => {
    for (const { type, searchParam } of rest?.resource ?? []) {
      const names = searchParam.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      for (const { code, url } of described.registry.params(type)) {
        expect(searchParam).toContainEqual(expect.objectContaining({ name: code, definition: url }));
      }
      expect(names).toEqual(expect.arrayContaining(['_id', '_lastUpdated']));
    }
  });

  test('includes lead to and from the type', () => {
    expect(patient?.searchInclude).toEqual(expect.arrayContaining(['*', 'Patient:general-practitioner']));
    expect(patient?.searchRevInclude).toEqual(expect.arrayContaining(['Observation:subject', 'Observation:patient']));
    expect(patient?.searchRevInclude).not.toContain('Location:organization');
  });

  test('operations stand where they can be called', () => {
    expect(patient?.operation.map(({ name }) => name).sort()).toEqual(
      [
        'break-glass',
        'everything',
        'expunge',
        'fhirpath',
        'legal-hold',
        'meta',
        'meta-add',
        'meta-delete',
        'rectify',
        'validate',
      ].sort(),
    );
    const observation = rest?.resource.find(({ type }) => type === 'Observation');
    expect(observation?.operation.map(({ name }) => name)).not.toContain('everything');
    expect(rest?.operation.map(({ name }) => name).sort()).toEqual(
      [
        'closure',
        'define-role',
        'fhirpath',
        'install-package',
        'meta',
        'packages',
        'remove-role',
        'roles',
        'uninstall-package',
      ].sort(),
    );
  });

  test('a parameter that is being indexed is not promised', () => {
    const birthdate = described.registry.param('Patient', 'birthdate');
    const registry = {
      ...described.registry,
      params: (type: string) =>
        described.registry
          .params(type)
          .map((param) => (param === birthdate ? { ...param, status: 'indexing' as const } : param)),
    };
    const { rest: changed } = capabilityStatement({ ...described, registry }, ROUTES, 0) as Statement;
    const names = (resource?: Resource): string[] => resource?.searchParam.map(({ name }) => name) ?? [];
    expect(names(patient)).toContain('birthdate');
    expect(names(changed[0]?.resource.find(({ type }) => type === 'Patient'))).not.toContain('birthdate');
  });
});

describe('OpenAPI', () => {
  interface Document {
    readonly openapi: string;
    readonly servers: readonly { readonly url: string }[];
    readonly paths: Readonly<
      Record<
        string,
        Readonly<
          Record<string, { readonly operationId: string; readonly parameters: readonly { readonly $ref?: string }[] }>
        >
      >
    >;
    readonly components: { readonly parameters: Readonly<Record<string, object>> };
  }
  const document = JSON.parse(openApiDocument(described, BASE)) as Document;

  test('has every route', () => {
    expect(document.openapi).toBe('3.0.3');
    expect(document.servers).toEqual([{ url: BASE }]);
    expect(Object.keys(document.paths['/Patient'] ?? {}).sort()).toEqual(['delete', 'get', 'patch', 'post', 'put']);
    for (const path of [
      '/',
      '/metadata',
      '/_history',
      '/{type}/{id}',
      '/{type}/{id}/_history/{vid}',
      '/{type}/_search',
      '/{type}/{id}/{member}',
    ]) {
      expect(document.paths).toHaveProperty([path]);
    }
  });

  test('has every operation', () => {
    for (const { code } of OPERATIONS) {
      expect(Object.keys(document.paths).filter((path) => path.endsWith(`/$${code}`))).not.toEqual([]);
    }
    expect(Object.keys(document.paths['/Patient/{id}/$everything'] ?? {}).sort()).toEqual(['get', 'post']);
    expect(Object.keys(document.paths['/{type}/{id}/$expunge'] ?? {})).toEqual(['post']);
  });

  test('names every operation once, and refers only to what is there', () => {
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    const ids = operations.map(({ operationId }) => operationId);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    const references = new Set(operations.flatMap(({ parameters }) => parameters.map(({ $ref }) => $ref ?? '')));
    for (const reference of references) {
      if (reference !== '') expect(document.components.parameters).toHaveProperty([reference.split('/').at(-1) ?? '']);
    }
  });
});
