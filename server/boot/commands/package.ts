import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Ctx, Engine } from '../../fhir/engine.ts';
import { installPackages, type Installation } from '../../fhir/packages/install-packages.ts';
import { readPackage, type FhirPackage } from '../../fhir/packages/read-package.ts';
import { uninstallPackage } from '../../fhir/packages/uninstall-package.ts';
import { serverContext } from '../../fhir/request-context.ts';
import { Fault } from '../../kernel/fault.ts';
import { readPackages } from '../../storage/packages.ts';
import { withClinic } from './command-clinic.ts';

const USAGE = `usage: athanor package add [--force] [--examples] FILE.tgz …
       athanor package list
       athanor package remove NAME VERSION

Installs FHIR packages (implementation guides), each behind those that it depends on, all of them or none; a server that
runs at the same time uses them without a restart. Several versions of a package stand side by side.

  --force      write what is installed already again, also with another content
  --examples   install the examples in the packages as well
  --help       this text`;

type Work = (engine: Engine, ctx: Ctx) => Promise<void>;

/** `athanor package …`; resolves to the exit code: 0 done, 1 refused, 2 wrong arguments. */
export async function packageCommand(argv: readonly string[]): Promise<number> {
  let work: Work | undefined;
  try {
    work = parse(argv);
  } catch (error) {
    process.stderr.write(`athanor package: ${messageOf(error)}\n\n${USAGE}\n`);
    return 2;
  }
  if (work === undefined) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  try {
    await withEngine(work);
    return 0;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    for (const { text } of error.issues) process.stderr.write(`athanor package: ${text}\n`);
    return 1;
  }
}

/** @throws Error that tells what is wrong with the arguments; undefined when help was asked for */
function parse(argv: readonly string[]): Work | undefined {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      force: { type: 'boolean', default: false },
      examples: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const [action, ...rest] = positionals;
  const [name, version] = rest;
  if (action === 'add' && rest.length > 0) {
    const contents = rest.map((file) => readFileSync(file));
    return (engine, ctx) => add(engine, ctx, contents, values);
  }
  if (action === 'list' && rest.length === 0) return list;
  if (action === 'remove' && name !== undefined && version !== undefined && rest.length === 2) {
    return async (engine, ctx) => show(await uninstallPackage(engine, ctx, name, version));
  }
  throw new Error('say add with files, list, or remove with name and version');
}

function withEngine(work: Work): Promise<void> {
  return withClinic('package', ({ opened: { engine } }) =>
    work(engine, serverContext(engine, 1, 'package', engine.settings.baseUrl)),
  );
}

async function add(
  engine: Engine,
  ctx: Ctx,
  contents: readonly Buffer[],
  { force, examples }: { readonly force: boolean; readonly examples: boolean },
): Promise<void> {
  const packages: FhirPackage[] = [];
  for (const content of contents) packages.push(await readPackage(content, examples));
  show(await installPackages(engine, ctx, packages, { force }));
}

function show({ reports, issues }: Installation): void {
  for (const { name, version, outcome, resources } of reports) {
    process.stdout.write(`${name} ${version}: ${outcome}, ${resources} resources\n`);
  }
  for (const { severity, text } of issues) process.stdout.write(`  ${severity}: ${text}\n`);
}

async function list(_engine: Engine, ctx: Ctx): Promise<void> {
  for (const { name, version, installedAt, resources } of await readPackages(ctx.db, ctx.tenant)) {
    const day = new Date(installedAt).toISOString().slice(0, 10);
    process.stdout.write(`${name} ${version}: ${resources.length} resources, installed on ${day}\n`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
