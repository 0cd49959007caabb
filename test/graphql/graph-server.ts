import { graphql } from '../../server/graphql/graphql-operation.ts';
import { openFhirServer, type FhirServer, type ServerSettings } from '../flows/fhir-server.ts';

export interface GraphAnswer {
  readonly status: number;
  readonly text: string;
  readonly data: Readonly<Record<string, unknown>> | null | undefined;
  readonly errors: readonly {
    readonly message: string;
    readonly path?: readonly unknown[];
    readonly extensions?: { readonly resource: object };
  }[];
}

export interface GraphServer extends FhirServer {
  /** @param path `$graphql`, or of a resource */
  ask(query: string, path?: string, variables?: object): Promise<GraphAnswer>;
}

/** A server with `$graphql` over real HTTP. */
export async function openGraphServer(settings: ServerSettings = {}): Promise<GraphServer> {
  const server = await openFhirServer({ ...settings, validation: 'structure', operations: () => [graphql] });
  return {
    ...server,
    async ask(query, path = '$graphql', variables) {
      const body = { query, ...(variables === undefined ? {} : { variables }) };
      const { status, text } = await server.send('POST', path, body, { 'Content-Type': 'application/json' });
      const { data, errors = [] } = JSON.parse(text) as Partial<GraphAnswer>;
      return { status, text, data, errors };
    },
  };
}

/** The patient of the examples of the specification, two observations of them, and a practitioner. */
export const EXAMPLES: readonly {
  readonly resourceType: string;
  readonly id: string;
  readonly [element: string]: unknown;
}[] = [
  { resourceType: 'Organization', id: 'o', name: 'Clinic', partOf: undefined },
  { resourceType: 'Practitioner', id: 'd', name: [{ family: 'Careful' }] },
  {
    resourceType: 'Patient',
    id: 'example',
    active: true,
    identifier: [{ system: 'urn:oid:1.2.36.146.595.217.0.1', value: '12345' }],
    name: [
      { use: 'official', family: 'Chalmers', given: ['Peter', 'James'] },
      { use: 'usual', given: ['Jim'] },
      { use: 'maiden', family: 'Windsor', given: ['Peter', 'James'] },
    ],
    birthDate: '1974-12-25',
    _birthDate: {
      extension: [
        {
          url: 'http://hl7.org/fhir/StructureDefinition/patient-birthTime',
          valueDateTime: '1974-12-25T14:35:45-05:00',
        },
      ],
    },
    extension: [
      { url: 'http://myextension.url/details', valueString: 'some value' },
      { url: 'http://myextension.url/other', valueString: 'other value' },
    ],
    contained: [{ resourceType: 'Organization', id: 'inside', name: 'Inside' }],
    managingOrganization: { reference: '#inside' },
    generalPractitioner: [{ reference: 'Practitioner/d' }],
  },
  { resourceType: 'Patient', id: 'other', name: [{ family: 'Pet' }] },
  {
    resourceType: 'Observation',
    id: 'one',
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code: '29463-7' }] },
    subject: { reference: 'Patient/example' },
    performer: [{ reference: 'Practitioner/d' }, { reference: 'Organization/o' }],
    valueQuantity: { value: 185, unit: 'lbs' },
    effectiveDateTime: '2016-03-28',
  },
  {
    resourceType: 'Observation',
    id: 'two',
    status: 'preliminary',
    code: { coding: [{ system: 'http://loinc.org', code: '8302-2' }] },
    subject: { reference: 'Patient/example' },
    effectiveDateTime: '2017-03-28',
  },
];
