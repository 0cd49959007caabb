import type { ModuleContext, ProjectionTables } from '#sdk';
import { compile, readFact, type FactResource, type Knowledge } from './knowledge.ts';
import { KNOWLEDGE_VERSION, SHIPPED, SHIPPED_FACTS } from './shipped.ts';

/** Contexts that can read projections; others work with what is shipped and with what was read last. */
export type KnowledgeContext = ModuleContext & {
  projection?(name: string): Promise<ProjectionTables>;
};

interface Kept {
  readonly stamp: string;
  readonly knowledge: Knowledge;
  /** Milliseconds. */
  readonly until: number;
}

/** How long a process may go by what it read last. */
const FRESH = 1000;
const PROJECTION = 'decision-support.site-rules';

const keptOf = new Map<number, Kept>();

/**
 * What is shipped and what the clinic added, compiled once per process and again when a rule changed: every process
 * follows within a second.
 */
export async function knowledgeOf(context: KnowledgeContext): Promise<Knowledge> {
  const kept = keptOf.get(context.tenant);
  const now = context.now().getTime();
  if (context.projection === undefined || (kept !== undefined && kept.until > now)) return kept?.knowledge ?? SHIPPED;
  const tables = await context.projection(PROJECTION);
  const [row] = await tables.query<{ readonly stamp: string }>(
    `select count(*) || '.' || coalesce(sum(stamp), 0) as stamp from @site_rule where tenant = $1`,
    [tables.tenant],
  );
  const stamp = row?.stamp ?? '';
  const knowledge = kept?.stamp === stamp ? kept.knowledge : await compiled(tables, context);
  keptOf.set(context.tenant, { stamp, knowledge, until: now + FRESH });
  return knowledge;
}

async function compiled(tables: ProjectionTables, context: ModuleContext): Promise<Knowledge> {
  const rows = await tables.query<{ readonly rule: FactResource }>(
    'select rule from @site_rule where tenant = $1 order by type, id',
    [tables.tenant],
  );
  if (rows.length === 0) return SHIPPED;
  const own = rows.flatMap(({ rule }) => {
    try {
      return [readFact(rule)];
    } catch (error) {
      // Stored by an older version, whose codes are no more: the others must go on.
      context.log('error', `rule ${rule.resourceType}/${rule.id ?? ''} is not used: ${String(error)}`);
      return [];
    }
  });
  return compile(`${KNOWLEDGE_VERSION}+${own.length}`, [...SHIPPED_FACTS, ...own]);
}
