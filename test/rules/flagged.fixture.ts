import { defineProjection, type Projection } from '../../server/sdk/index.ts';

/** Basic resources whose text is one of `texts`; of all others it knows nothing. */
export function flagged(version: number, ...texts: readonly string[]): Projection {
  return defineProjection<'Basic'>({
    name: 'sample.flagged',
    version,
    on: ['Basic'],
    tables: ['flag'],
    ddl: 'create table @flag (tenant smallint not null, id text not null, text text not null, primary key (tenant, id))',
    async project(images, { tenant, query }) {
      const rows = (image: 'before' | 'after'): readonly (readonly [string, string])[] =>
        images.flatMap(({ [image]: flag }) => {
          const text = flag?.code.text;
          return flag !== undefined && text !== undefined && texts.includes(text) ? [[flag.id, text] as const] : [];
        });
      const [gone, come] = [rows('before'), rows('after')];
      const values = (list: readonly (readonly [string, string])[]): readonly unknown[] => [
        tenant,
        list.map(([id]) => id),
        list.map(([, text]) => text),
      ];
      if (gone.length > 0) {
        await query(
          'delete from @flag f using unnest($2::text[], $3::text[]) u(id, text) where f.tenant = $1 and f.id = u.id and f.text = u.text',
          values(gone),
        );
      }
      if (come.length > 0) {
        await query(
          'insert into @flag select $1, id, text from unnest($2::text[], $3::text[]) u(id, text)',
          values(come),
        );
      }
    },
  });
}

export function flag(text: string): { readonly resourceType: 'Basic'; readonly code: { readonly text: string } } {
  return { resourceType: 'Basic', code: { text } };
}
