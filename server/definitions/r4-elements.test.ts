import { createRequire } from 'node:module';
import { loadDefinitions } from './load.ts';

interface R4Model {
  readonly choiceTypePaths: Readonly<Record<string, unknown>>;
  readonly path2Type: Readonly<Record<string, unknown>>;
  readonly pathsDefinedElsewhere: Readonly<Record<string, unknown>>;
}

/** The elements of R4 as another project has them. */
const model = createRequire(__filename)('fhirpath/fhir-context/r4') as R4Model;
const { choiceTypePaths, path2Type, pathsDefinedElsewhere } = model;
const expected = new Set([choiceTypePaths, path2Type, pathsDefinedElsewhere].flatMap((paths) => Object.keys(paths)));
/** Elements that every resource and backbone element has; the other list has them once. */
const INHERITED = new Set(
  ['id', 'extension', 'modifierExtension', 'meta', 'implicitRules'].concat('language', 'text', 'contained'),
);

const definitions = loadDefinitions();
const DATA_TYPES = [...new Set([...expected].map((path) => path.split('.', 1)[0] ?? ''))].filter(
  (name) => definitions.type(name) !== undefined,
);

/** `Patient.contact.name` of all types, backbone elements included. */
function elementPaths(): string[] {
  const seen = new Set<string>();
  const waiting = [...definitions.resourceTypes, ...DATA_TYPES];
  const paths: string[] = [];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    for (const { name: own, types } of definitions.type(name)?.elements ?? []) {
      if (!INHERITED.has(own)) paths.push(`${name}.${own}`);
      for (const { code } of types) if (code.startsWith(`${name}.`)) waiting.push(code);
    }
  }
  return paths;
}

test('no type has an element that R4 does not have', () => {
  // A search parameter of the definitions package needs this one.
  const kept = ['DeviceDefinition.classification', 'DeviceDefinition.classification.type'];
  const justification = 'DeviceDefinition.classification.justification';
  const surplus = elementPaths().filter((path) => !expected.has(path));
  expect(surplus.sort()).toEqual([...kept, justification].sort());
});

test('no element of R4 is missing', () => {
  const missing = [...expected].filter((path) => {
    const cut = path.lastIndexOf('.');
    const owner = definitions.type(path.slice(0, cut));
    const name = path.slice(cut + 1);
    return owner !== undefined && !owner.properties.has(name) && !owner.elements.some((one) => one.name === name);
  });
  expect(missing.filter((path) => path.includes('.'))).toEqual([]);
});
