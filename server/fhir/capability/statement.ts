import type { Operation, OperationLevel } from '../operations/operation.ts';
import { describedInput } from '../operations/operation-definition.ts';
import { operationsAt } from '../operations/table.ts';
import type { Route } from '../route.ts';
import { BACKPORT } from '../subscriptions/read-channel.ts';
import { SHIPPED_TOPICS } from '../subscriptions/topics.ts';
import type { TypeServer } from '../type-server.ts';
import { COMMON_PARAMS, searchCapabilities, type Described, type SearchCapability } from './search-capability.ts';

const TYPE_INTERACTIONS: readonly string[] = [
  'read',
  'vread',
  'update',
  'patch',
  'delete',
  'history-instance',
  'history-type',
  'create',
  'search-type',
];
const ASYNC =
  'Searches, histories, operations, batches and transactions take Prefer: respond-async; status and answer are then at the ' +
  'Content-Location of the 202, GET [base]/_async/[id], which DELETE cancels. https://hl7.org/fhir/async-bundle.html';
const SYSTEM_INTERACTIONS: readonly string[] = ['history-system', 'search-system'];

/** http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition-capability-subscriptiontopic-canonical.html */
const TOPICS: readonly object[] = SHIPPED_TOPICS.map(({ url }) => ({
  url: `${BACKPORT}capability-subscriptiontopic-canonical`,
  valueCanonical: url,
}));

/**
 * The CapabilityStatement of this server, out of the tables by which it runs; without `implementation`.
 * https://hl7.org/fhir/R4/capabilitystatement.html
 * @param date milliseconds
 */
export function capabilityStatement(engine: Described, routes: readonly Route[], date: number): object {
  const { definitions, settings } = engine;
  const offered = new Set(routes.map((route) => route.interaction));
  const searches = searchCapabilities(engine);
  const referencePolicy = ['literal', 'logical', 'local', ...(settings.referentialIntegrity ? ['enforced'] : [])];
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: new Date(date).toISOString(),
    kind: 'instance',
    software: { name: 'Athanor', version: settings.version },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'application/fhir+xml', 'json', 'xml'],
    patchFormat: ['application/json-patch+json', 'application/fhir+json', 'application/fhir+xml'],
    rest: [
      {
        mode: 'server',
        ...(engine.asyncWorks === undefined ? {} : { documentation: ASYNC }),
        ...(engine.security === undefined ? {} : { security: engine.security }),
        resource: definitions.resourceTypes.map((type) =>
          resourceOf(engine, type, offered, searches.get(type), referencePolicy),
        ),
        interaction: [
          // One route takes both kinds of Bundle.
          ...(offered.has('batch') ? [{ code: 'transaction' }, { code: 'batch' }] : []),
          ...codes(SYSTEM_INTERACTIONS, offered),
        ],
        searchParam: COMMON_PARAMS,
        operation: operationsAt(engine.operations, 'system', undefined).map(operationOf),
        compartment: definitions.compartments.map(
          ({ code }) => `http://hl7.org/fhir/CompartmentDefinition/${code.toLowerCase()}`,
        ),
      },
    ],
  };
}

function resourceOf(
  engine: Described,
  type: string,
  offered: ReadonlySet<string>,
  search: SearchCapability | undefined,
  referencePolicy: readonly string[],
): object {
  const levels: readonly OperationLevel[] = ['type', 'instance'];
  const operations = new Set(levels.flatMap((level) => operationsAt(engine.operations, level, type)));
  const server = engine.typeServers.get(type);
  if (server !== undefined) return servedElsewhere(server, [...operations].map(operationOf));
  return {
    ...(type === 'Subscription' ? { extension: TOPICS } : {}),
    type,
    profile: `http://hl7.org/fhir/StructureDefinition/${type}`,
    interaction: codes(TYPE_INTERACTIONS, offered),
    versioning: 'versioned-update',
    readHistory: offered.has('vread'),
    updateCreate: offered.has('update'),
    conditionalCreate: offered.has('create'),
    conditionalRead: 'full-support',
    conditionalUpdate: offered.has('conditional-update'),
    conditionalDelete: offered.has('conditional-delete') ? 'multiple' : 'not-supported',
    referencePolicy,
    ...search,
    operation: [...operations].map(operationOf),
  };
}

/** A type that is never changed, so that its resources have one version each. */
function servedElsewhere(
  { type, interactions, refusal, searchParam }: TypeServer,
  operation: readonly object[],
): object {
  return {
    type,
    profile: `http://hl7.org/fhir/StructureDefinition/${type}`,
    documentation: refusal,
    interaction: codes(TYPE_INTERACTIONS, new Set(Object.keys(interactions))),
    versioning: 'no-version',
    readHistory: false,
    updateCreate: false,
    conditionalCreate: false,
    conditionalRead: 'not-supported',
    conditionalUpdate: false,
    conditionalDelete: 'not-supported',
    searchParam,
    operation,
  };
}

function codes(wanted: readonly string[], offered: ReadonlySet<string>): readonly { readonly code: string }[] {
  return wanted.filter((code) => offered.has(code)).map((code) => ({ code }));
}

function operationOf({ code, definition, text, signature }: Operation): object {
  const input = signature === undefined ? '' : describedInput(signature.input);
  return { name: code, definition, documentation: input === '' ? text : `${text}\n\n${input}` };
}
