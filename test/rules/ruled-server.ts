import { testSigner } from '../harness/test-signer.ts';
import { createProjections, type Projections } from '../../server/module-host/projections.ts';
import { projectionOperations } from '../../server/module-host/projections/operations.ts';
import { createWriteHooks } from '../../server/module-host/write-hooks.ts';
import type { Projection, Rule } from '../../server/sdk/index.ts';
import { openFhirServer, type FhirServer, type ServerSettings } from '../flows/fhir-server.ts';
import type { TestEngine } from '../harness/test-engine.ts';

export interface RuledSettings extends ServerSettings {
  readonly rules?: readonly Rule[];
  readonly projections?: readonly Projection[];
  /** Whether a tenant has the module. Default: every one. */
  readonly isEnabled?: (tenant: number) => boolean;
  readonly interval?: number;
}

export interface RuledServer extends FhirServer {
  readonly projections: Projections;
}

/** The module that all rules and projections of a test are of. */
const MODULE = 'sample';

/** A server whose only module has these rules and projections. */
export async function openRuledServer(settings: RuledSettings = {}, sharedDatabase?: string): Promise<RuledServer> {
  const server = await openFhirServer({ validation: 'structure', ...settings }, sharedDatabase);
  const projections = extendWithRules(server.opened, settings);
  await projections.start();
  return {
    ...server,
    projections,
    async close() {
      await projections.close();
      await server.close();
    },
  };
}

/** Rules and projections of an engine without HTTP; builds nothing. */
export function extendWithRules(
  opened: TestEngine,
  { rules = [], projections = [], isEnabled = () => true, interval }: RuledSettings,
): Projections {
  const kept = createProjections(opened.engine, {
    projections: projections.map((projection) => ({ module: MODULE, projection })),
    isEnabled,
    onError: (error) => {
      throw error;
    },
    ...(interval === undefined ? {} : { interval }),
  });
  const hooks = createWriteHooks(
    opened.engine,
    {
      isEnabled,
      log: () => undefined,
      setting: () => '',
      definitions: () => opened.engine.definitions,
      signer: testSigner,
      projection: (ctx, name) => kept.read(ctx, name),
    },
    rules.map((rule) => ({ module: MODULE, rule })),
    kept,
  );
  opened.extend({ operations: projectionOperations(kept), hooks });
  return kept;
}
