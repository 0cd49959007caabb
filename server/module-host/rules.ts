import type { Ctx, Engine } from '../fhir/engine.ts';
import { entryFault } from '../fhir/bundle/entries.ts';
import { NO_TRAIL } from '../fhir/audit-trail.ts';
import { isError } from '../fhir/write/prepare.ts';
import type { ResourceChange } from '../fhir/write/write-hooks.ts';
import { Fault, type Issue } from '../kernel/fault.ts';
import { isObject, type JsonObject, type JsonValue } from '../kernel/json.ts';
import type { TypeName } from '../sdk/resource.ts';
import type { Change, Rule, RuleContext } from '../sdk/rule.ts';
import { createClinicReader, localId } from './clinic-reader.ts';
import { asServer, lockNames, referrers } from './clinic-transaction.ts';
import { frozen } from './frozen.ts';
import { moduleContext } from './module-context.ts';
import type { ModuleHost } from './operation-context.ts';

/** A rule with the module that it is of. */
export interface OwnedRule {
  readonly module: string;
  readonly rule: Rule;
}

/** Rules of all modules, in load order, as the write path asks them. */
export interface Rules {
  concerns(tenant: number, type: string): boolean;
  isPure(tenant: number, type: string): boolean;
  change(tenant: number, change: ResourceChange, contextOf: RuleContexts): Promise<JsonObject>;
  check(
    tenant: number,
    changes: readonly ResourceChange[],
    contextOf: RuleContexts,
  ): Promise<ReadonlyMap<ResourceChange, readonly Issue[]>>;
}

/** What a module's rule works with. */
export type RuleContexts = (module: string, shared: Map<string, unknown>) => RuleContext;

const FAULT = 'https://athanor.health/fhir/CodeSystem/fault';

/**
 * How rules look at the clinic from within a write's transaction. They look at everything: they protect the clinic, not the
 * caller's view of it; what their caller may see, and who that is recorded for, is not for rules' own questions.
 */
export function ruleContexts(engine: Engine, host: ModuleHost, ctx: Ctx): RuleContexts {
  const own: Ctx = { ...asServer(ctx), audit: NO_TRAIL };
  return (module, shared) => ({
    ...moduleContext(ctx, module, host),
    ...createClinicReader(engine, own),
    lock: (...names) => lockNames(engine, own, names),
    projection: (name) => host.projection(own, name),
    referrers: (type, id) => referrers(engine, own, type, id),
    shared,
  });
}

/**
 * The same for rules that may look at nothing but the change, and at what `projection` gives them.
 * @param leave what happens when they look at anything else
 */
export function loneContexts(
  engine: Engine,
  host: ModuleHost,
  ctx: Ctx,
  { leave, projection }: { readonly leave: () => never; readonly projection: RuleContext['projection'] },
): RuleContexts {
  return (module, shared) => ({
    ...moduleContext(ctx, module, host),
    // It would be told again in the transaction.
    log: leave,
    read: leave,
    search: leave,
    count: leave,
    lock: leave,
    referrers: leave,
    resolve: (reference, type) =>
      localId(reference?.reference, type, [ctx.baseUrl, engine.settings.baseUrl]) === undefined
        ? Promise.resolve(undefined)
        : leave(),
    projection,
    shared,
  });
}

export function createRules(host: Pick<ModuleHost, 'isEnabled'>, rules: readonly OwnedRule[]): Rules {
  const byType = new Map<string, OwnedRule[]>();
  for (const owned of rules) {
    for (const type of [owned.rule.on].flat()) byType.set(type, [...(byType.get(type) ?? []), owned]);
  }

  function rulesOf(tenant: number, type: string): readonly OwnedRule[] {
    return (byType.get(type) ?? []).filter(({ module }) => host.isEnabled(tenant, module));
  }

  return {
    concerns: (tenant, type) => byType.has(type) && rulesOf(tenant, type).length > 0,
    isPure: (tenant, type) => rulesOf(tenant, type).every(({ rule }) => rule.isPure === true),

    async change(tenant, change, contextOf) {
      let { after } = change;
      if (after === undefined) throw new Error('a deletion has no version to change');
      for (const { module, rule } of rulesOf(tenant, change.type)) {
        if (rule.change === undefined) continue;
        const made = await rule.change(seen({ ...change, after }), contextOf(module, new Map()));
        if (made !== undefined && (made as unknown) !== after) after = resourceOf(made, change, module, rule);
      }
      return after;
    },

    async check(tenant, changes, contextOf) {
      const shared = new Map<string, unknown>();
      const refusals: { readonly code: string; readonly issue: Issue }[] = [];
      const notes = new Map<ResourceChange, readonly Issue[]>();
      for (const change of changes) {
        for (const { module, rule } of rulesOf(tenant, change.type)) {
          if (rule.check === undefined) continue;
          const code = `${module}.${rule.name}`;
          for (const issue of await issuesOf(rule, change, contextOf(module, shared))) {
            if (isError(issue)) refusals.push({ code, issue: placed(code, issue, change) });
            else notes.set(change, [...(notes.get(change) ?? []), issue]);
          }
        }
      }
      const [first] = refusals;
      if (first === undefined) return notes;
      throw new Fault(
        first.code,
        422,
        refusals.map(({ code, issue }) => ({ coding: { system: FAULT, code }, ...issue })),
      );
    },
  };
}

/** The images are the write path's own objects. */
function seen({ interaction, id, before, after }: ResourceChange): Change<TypeName> {
  return { interaction, id, before: frozen(before), after: frozen(after) } as unknown as Change<TypeName>;
}

/** @throws Error (a bug of the module) when it is another resource */
function resourceOf(made: unknown, { type, id }: ResourceChange, module: string, rule: Rule): JsonObject {
  if (isObject(made as JsonValue)) {
    const resource = made as JsonObject;
    if (resource.resourceType === type && resource.id === id) return resource;
  }
  throw new Error(`rule ${rule.name} of module ${module} must return the ${type} that it was given, with its id`);
}

async function issuesOf(rule: Rule, change: ResourceChange, context: RuleContext): Promise<readonly Issue[]> {
  try {
    return (await rule.check?.(seen(change), context)) ?? [];
  } catch (error) {
    throw change.entry === undefined ? error : entryFault(error, change.entry);
  }
}

function placed(code: string, issue: Issue, { entry }: ResourceChange): Issue {
  if (entry === undefined) return issue;
  const [located] = (entryFault(new Fault(code, 422, [issue]), entry) as Fault).issues;
  return located ?? issue;
}
