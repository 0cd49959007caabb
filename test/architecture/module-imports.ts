import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { isObject, type JsonObject } from '../../server/kernel/json.ts';
import type { RegisteredModule } from '../../server/registry/registry.ts';

/**
 * Where what a module uses of others differs from what its manifest says it depends on: each line names both.
 * @param all among which the others are
 */
export function wrongDepends(module: RegisteredModule, all: readonly RegisteredModule[]): readonly string[] {
  const { name, depends } = module.manifest;
  const imported = importedModules(module.folder);
  const missing = [...imported].filter((other) => !depends.includes(other));
  const unused = depends.filter((other) => !imported.has(other) && !namesContentOf(module, all, other));
  return [
    ...missing.map((other) => `${name} imports #modules/${other}, which is not in its depends`),
    ...unused.map((other) => `${name} depends on ${other}, of which it uses nothing`),
  ];
}

/** Modules that the sources in a folder import. */
function importedModules(folder: string): ReadonlySet<string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  const specifiers = files.flatMap((path) => specifiersIn(readFileSync(join(folder, path), 'utf8')));
  return new Set(specifiers.flatMap((specifier) => /^#modules\/([^/]+)$/.exec(specifier)?.[1] ?? []));
}

function specifiersIn(text: string): string[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
}

/** Glue may meet the other module in what is stored alone; demo data may be about resources of the other's. */
function namesContentOf(module: RegisteredModule, all: readonly RegisteredModule[], other: string): boolean {
  const { definitions = [], demos = [] } = all.find(({ manifest }) => manifest.name === other)?.data ?? {};
  const names = definitions.flatMap(({ json }) =>
    [json.url, json.resourceType === 'SearchParameter' ? json.code : undefined].filter(
      (each) => typeof each === 'string',
    ),
  );
  const tokens = demos.flatMap(({ json }) => identifiersIn(json));
  const texts = readdirSync(module.folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(ts|json)$/.test(path))
    .map((path) => readFileSync(join(module.folder, path), 'utf8'));
  return [...names, ...tokens].some((each) => texts.some((text) => text.includes(each)));
}

/** As conditional references name them: `Patient?identifier=SYSTEM|VALUE`. */
function identifiersIn({ entry }: JsonObject): readonly string[] {
  const resources = (Array.isArray(entry) ? entry : []).map((each) => (isObject(each) ? each.resource : undefined));
  return resources
    .filter((each) => isObject(each))
    .flatMap(({ resourceType, identifier }) =>
      (Array.isArray(identifier) ? identifier : [])
        .filter((each) => isObject(each))
        .map(({ system, value }) => `${String(resourceType)}?identifier=${String(system)}|${String(value)}`),
    );
}
