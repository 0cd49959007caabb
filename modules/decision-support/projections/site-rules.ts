import { defineProjection, type Stored } from '#sdk';
import { isFactResource } from '../knowledge/is-fact.ts';
import type { FactResource } from '../knowledge/knowledge.ts';

type Type = FactResource['resourceType'];

/**
 * Rules that the clinic added, where every check finds them at once, whoever asks: what the clinic knows does not depend
 * on what the caller may read.
 */
export const siteRules = defineProjection<Type>({
  name: 'decision-support.site-rules',
  version: 1,
  on: ['MedicinalProductInteraction', 'MedicinalProductContraindication', 'MedicationKnowledge'],
  tables: ['site_rule'],
  ddl: `create table @site_rule (
    tenant smallint not null,
    type text not null,
    id text not null,
    stamp bigint not null,
    rule jsonb not null,
    primary key (tenant, type, id)
  )`,
  async project(images, tables) {
    for (const { before, after } of images) {
      if (before !== undefined && isFactResource(before)) {
        await tables.query('delete from @site_rule where tenant = $1 and type = $2 and id = $3', [
          tables.tenant,
          before.resourceType,
          before.id,
        ]);
      }
      if (after !== undefined && isFactResource(after)) {
        await tables.query(
          'insert into @site_rule (tenant, type, id, stamp, rule) values ($1, $2, $3, hashtextextended($4, 0) >> 20, $5)',
          [tables.tenant, after.resourceType, after.id, stampOf(after), JSON.stringify(after)],
        );
      }
    }
  },
});

/** The same version of a resource has the same stamp, wherever it is projected. */
function stampOf({ resourceType, id, meta }: Stored<Type>): string {
  return `${resourceType}/${id}/${meta.versionId}/${meta.lastUpdated}`;
}
