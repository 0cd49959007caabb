import { parseJson, type JsonObject } from '../../../server/kernel/json.ts';
import type { FhirServer } from '../../flows/fhir-server.ts';
import type { CasesServer } from './run-cases.ts';

const PATHS: Readonly<Record<string, string>> = {
  expand: 'ValueSet/$expand',
  'validate-code': 'ValueSet/$validate-code',
  'cs-validate-code': 'CodeSystem/$validate-code',
  'batch-validate': 'ValueSet/$batch-validate-code',
  lookup: 'CodeSystem/$lookup',
  translate: 'ConceptMap/$translate',
};

/** The server over HTTP; what a suite sets up comes with each request. */
export function httpServer(server: FhirServer, setup: readonly JsonObject[]): CasesServer {
  const resources = setup.map((resource): JsonObject => ({ name: 'tx-resource', resource }));
  return {
    async call({ operation, parameters, acceptLanguage, headers }) {
      const sent = { ...headers, ...(acceptLanguage === undefined ? {} : { 'accept-language': acceptLanguage }) };
      const path = PATHS[operation];
      if (path === undefined && operation !== 'term-caps') return undefined;
      const answer =
        path === undefined
          ? await server.get('metadata?mode=terminology', sent)
          : await server.send(
              'POST',
              path,
              { resourceType: 'Parameters', parameter: [...parameters, ...resources] },
              sent,
            );
      return { status: answer.status, resource: parseJson(answer.text) as JsonObject };
    },
  };
}
