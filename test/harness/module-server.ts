import { testSigner } from './test-signer.ts';
import { loadModules } from '../../server/boot/load-modules.ts';
import { startModules } from '../../server/boot/start-modules.ts';
import { createLog } from '../../server/kernel/log.ts';
import type { OpenModules } from '../../server/module-host/state/open-modules.ts';
import type { Registry } from '../../server/registry/registry.ts';
import { readSelection } from '../../server/registry/selection.ts';
import { principalOf } from './test-principal.ts';
import { openFhirServer, type FhirServer, type ServerSettings } from '../flows/fhir-server.ts';

export interface ModuleServer extends FhirServer {
  readonly registry: Registry;
  readonly modules: OpenModules;
}

export interface ModuleSettings extends ServerSettings {
  /** As in the setting MODULES. Default: all. */
  readonly selection?: string;
  /** Values of the modules' settings, by their environment variables. */
  readonly env?: Readonly<Record<string, string>>;
  readonly onError?: (error: unknown) => void;
}

/**
 * A server over HTTP with modules, without what reacts to changes (see module-clinic.ts).
 * @param source where modules are, or what is registered
 */
export async function openModuleServer(
  source: string | Registry,
  { selection = 'all', env = {}, onError = rethrow, ...settings }: ModuleSettings = {},
  sharedDatabase?: string,
): Promise<ModuleServer> {
  const registry =
    typeof source === 'string' ? await loadModules(readSelection(selection), env, { folder: source }) : source;
  const server = await openFhirServer({ authenticate: principalOf, ...settings }, sharedDatabase);
  try {
    const log = createLog('silent', 'test');
    const modules = await startModules({
      opened: server.opened,
      registry,
      log,
      signer: testSigner,
      isServing: true,
      now: () => Date.now(),
      onError,
    });
    return {
      ...server,
      registry,
      modules,
      async close() {
        await modules.close();
        await server.close();
      },
    };
  } catch (error) {
    await server.close();
    throw error;
  }
}

function rethrow(error: unknown): never {
  throw error;
}
