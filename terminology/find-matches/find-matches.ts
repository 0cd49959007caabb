import { fault } from '../../server/kernel/fault.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import type { CodeSystem, CodeSystemSource, Concept, ConceptFilter } from '../code-system.ts';
import { objectsAt, primitiveText, textAt, valueOf } from '../resource/elements.ts';
import { flagOf, textOf, type Parameters } from '../service/parameters.ts';

/** Codes of one answer; who gets as many has to give more properties. */
const MAX_MATCHES = 100;
/** When not all match, each is left out once. */
const MAX_PROPERTIES = 20;

interface Wanted {
  readonly filter: ConceptFilter;
  /** The parameter's parts, to tell what was not matched. */
  readonly part: readonly JsonObject[];
}

/**
 * `$find-matches`: which codes have the given properties. https://hl7.org/fhir/R4/codesystem-operation-find-matches.html
 * Codes that have all of them; with `exact` false, when there are none, those that have all but one, with that one named.
 * @throws Fault 400 for what is missing, 404 for a system that is not held, 422 for properties that it does not have
 */
export async function findMatches(
  systems: Pick<CodeSystemSource, 'codeSystem'>,
  parameters: Parameters,
  instance?: JsonObject,
): Promise<JsonObject> {
  if (flagOf(parameters, 'compositional') === true) {
    throw fault(
      'findMatches.compositional',
      400,
      'not-supported',
      'Codes are not composed here; leave compositional out.',
    );
  }
  const isExact = flagOf(parameters, 'exact');
  if (isExact === undefined) throw fault('findMatches.exact', 400, 'required', 'exact must be true or false.');
  const wanted = wantedOf(parameters);
  const system = await systemOf(systems, parameters, instance);
  const whole = await having(system, wanted);
  const matches = whole.map((concept) => matchOf(system, concept, undefined));
  if (matches.length === 0 && !isExact && wanted.length > 1) {
    for (const missing of wanted) {
      const rest = wanted.filter((each) => each !== missing);
      for (const concept of await having(system, rest)) matches.push(matchOf(system, concept, missing));
    }
  }
  return { resourceType: 'Parameters', parameter: matches.slice(0, MAX_MATCHES) };
}

async function systemOf(
  systems: Pick<CodeSystemSource, 'codeSystem'>,
  parameters: Parameters,
  instance: JsonObject | undefined,
): Promise<CodeSystem> {
  const url = textAt(instance, 'url') ?? textOf(parameters, 'system');
  if (url === undefined) throw fault('findMatches.system', 400, 'required', 'Give the url of a code system as system.');
  const version = textAt(instance, 'version') ?? textOf(parameters, 'version');
  const system = await systems.codeSystem(url, version);
  if (system !== undefined) return system;
  const asked = version === undefined ? url : `${url}|${version}`;
  throw fault(
    'findMatches.unknownSystem',
    404,
    'not-found',
    `The code system ${asked.slice(0, 200)} is not held here.`,
  );
}

function wantedOf(parameters: Parameters): readonly Wanted[] {
  const wanted: Wanted[] = [];
  for (const parameter of parameters) {
    if (parameter.name !== 'property') continue;
    const part = objectsAt(parameter, 'part');
    const code = textOf(part, 'code');
    const value = part.find((each) => each.name === 'value');
    const given = value === undefined ? undefined : valueOf(value)?.value;
    const text = primitiveText(given) ?? textAt(value?.valueCoding as JsonObject | undefined, 'code');
    if (code === undefined || text === undefined || part.some((each) => each.name === 'subproperty')) {
      throw fault(
        'findMatches.property',
        400,
        'value',
        'Each property needs the parts code and value (a primitive or a Coding); subproperty is not supported.',
      );
    }
    wanted.push({ filter: { property: code, op: '=', value: text }, part });
  }
  if (wanted.length > 0 && wanted.length <= MAX_PROPERTIES) return wanted;
  throw fault(
    'findMatches.property',
    400,
    'required',
    `Give 1 to ${MAX_PROPERTIES} properties by which codes are found.`,
  );
}

async function having(system: CodeSystem, wanted: readonly Wanted[]): Promise<readonly Concept[]> {
  const filters = wanted.map(({ filter }) => filter);
  const page = await system.select({ filters, isActiveOnly: false, offset: 0, count: MAX_MATCHES });
  return page.concepts;
}

function matchOf({ url, version }: CodeSystem, { code, display }: Concept, missing: Wanted | undefined): JsonObject {
  const valueCoding = {
    system: url,
    ...(version === undefined ? {} : { version }),
    code,
    ...(display === undefined ? {} : { display }),
  };
  const unmatched = missing === undefined ? [] : [{ name: 'unmatched', part: [...missing.part] }];
  return { name: 'match', part: [{ name: 'code', valueCoding }, ...unmatched] };
}
