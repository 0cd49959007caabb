import type { Ctx, Engine } from '../../fhir/engine.ts';
import { parseStored } from '../../fhir/write/current.ts';
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { readForWrite } from '../../storage/lock.ts';

/**
 * Names of those who did something, by `Practitioner/1`. Who has seen a record is told by name to whoever may see the
 * report, whether or not they may read the directory of the staff.
 */
export async function agentNames(
  engine: Engine,
  ctx: Ctx,
  references: Iterable<string | undefined>,
): Promise<ReadonlyMap<string, string>> {
  const hasher = engine.hasher(ctx.tenant);
  const byRef = new Map<string, string>();
  for (const reference of references) {
    if (reference !== undefined && NAMED.test(reference)) byRef.set(hasher.target(reference), reference);
  }
  const names = new Map<string, string>();
  if (byRef.size === 0) return names;
  for (const [ref, row] of await readForWrite(ctx.db, ctx.tenant, [...byRef.keys()], false)) {
    const reference = byRef.get(ref) ?? '';
    const name = nameOf(parseStored(reference.slice(0, reference.indexOf('/')), row));
    if (name !== undefined) names.set(reference, name);
  }
  return names;
}

const NAMED = /^(Practitioner|RelatedPerson|Patient)\//;

function nameOf({ name }: JsonObject): string | undefined {
  const [first] = Array.isArray(name) ? name.filter(isObject) : [];
  if (first === undefined) return undefined;
  const list = (value: JsonValue | undefined): string[] =>
    Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  const family = typeof first.family === 'string' ? [first.family] : [];
  const whole =
    typeof first.text === 'string' ? first.text : [...list(first.prefix), ...list(first.given), ...family].join(' ');
  return whole === '' ? undefined : whole;
}
