import type { CompileContext } from '../../search/compile/compile-search.ts';
import type { Ctx, Engine } from '../engine.ts';

export function compileContext(engine: Engine, ctx: Ctx): CompileContext {
  const { definitions, registry } = engine;
  return { hasher: engine.hasher(ctx.tenant), definitions, registry, now: ctx.now() };
}
