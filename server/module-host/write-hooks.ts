import type { Engine } from '../fhir/engine.ts';
import type { WriteHooks } from '../fhir/write/write-hooks.ts';
import type { ModuleHost } from './operation-context.ts';
import type { Projections } from './projections.ts';
import { createRules, type OwnedRule } from './rules.ts';

/** What enabled modules do to writes: their rules in load order, then their projections, then the rules' last look. */
export function createWriteHooks(
  engine: Engine,
  host: ModuleHost,
  rules: readonly OwnedRule[],
  projections: Pick<Projections, 'concerns' | 'written'>,
): WriteHooks {
  const { concerns, isPure, change, check } = createRules(engine, host, rules);
  return {
    concerns: (tenant, type) => concerns(tenant, type) || projections.concerns(tenant, type),
    isPure: (tenant, type) => isPure(tenant, type) && !projections.concerns(tenant, type),
    change,
    written: (ctx, changes) => projections.written(ctx, changes),
    check,
    projection: (ctx, name) => host.projection(ctx, name),
  };
}
