import { serverContext } from '../../fhir/request-context.ts';
import { loadDemo } from '../../import/demo.ts';
import { loadDemos } from '../../module-host/state/load-demos.ts';
import { withClinic } from './command-clinic.ts';

/** `athanor demo`: loads the demo clinic and the demo data of modules; resolves to the exit code. */
export function demoCommand(): Promise<number> {
  return withClinic('demo', async ({ opened: { engine }, registry, modules }) => {
    const ctx = serverContext(engine, 1, 'demo', engine.settings.baseUrl);
    const { created, existing } = await loadDemo(engine, ctx);
    const ofModules = await loadDemos(engine, ctx, registry, modules.isEnabled);
    process.stdout.write(`Demo clinic: ${created + ofModules} resources created, ${existing} were there already.\n`);
    return 0;
  });
}
