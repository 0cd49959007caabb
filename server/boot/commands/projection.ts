import { Fault } from '../../kernel/fault.ts';
import type { Projections } from '../../module-host/projections.ts';
import { withClinic } from './command-clinic.ts';

const USAGE = `usage: athanor projection rebuild NAME
       athanor projection verify NAME

rebuild makes the tables of a module's projection anew from what is stored, while servers go on writing.
verify compares them with what is stored, and ends with exit code 1 when they differ.
`;

/** `athanor projection …`; exit codes: 0 done, 1 drift or failure, 64 wrong use. */
export async function projectionCommand(argv: readonly string[]): Promise<number> {
  const [verb, name, ...others] = argv;
  if ((verb !== 'rebuild' && verb !== 'verify') || name === undefined || others.length > 0) {
    process.stderr.write(USAGE);
    return 64;
  }
  try {
    return await withClinic('projection', ({ modules: { projections } }) =>
      verb === 'rebuild' ? rebuild(projections, name) : verify(projections, name),
    );
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    process.stderr.write(`athanor projection: ${error.issues.map(({ text }) => text).join('\n')}\n`);
    return 1;
  }
}

async function rebuild(projections: Projections, name: string): Promise<number> {
  const { version, resources, tenants } = await projections.rebuild(name);
  process.stdout.write(`${name} version ${version}: ${resources} resources of ${tenants.length} tenants\n`);
  return 0;
}

async function verify(projections: Projections, name: string): Promise<number> {
  const { resources, tenants, drift } = await projections.verify(name);
  process.stdout.write(`${name}: ${resources} resources of ${tenants.length} tenants\n`);
  for (const { table, kind, count, keys } of drift) {
    process.stdout.write(`${table}: ${count} ${kind}, such as ${keys.join(' ')}\n`);
  }
  process.stdout.write(drift.length === 0 ? 'exact\n' : '');
  return drift.length === 0 ? 0 : 1;
}
