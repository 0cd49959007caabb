import type { Engine } from '../../fhir/engine.ts';
import { parseStored } from '../../fhir/write/current.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { Image, Projection, ProjectionTables } from '../../sdk/projection.ts';
import type { TypeName } from '../../sdk/resource.ts';
import type { SourceRow } from '../../storage/projection-source.ts';
import { frozen } from '../frozen.ts';

/** A resource as it was and as it is. */
export interface ResourceImage {
  readonly before: JsonObject | undefined;
  readonly after: JsonObject | undefined;
}

/** Changes go in the order of their identities, so that those who write the same ones wait for each other. */
export async function projectAll(
  projection: Projection,
  images: readonly ResourceImage[],
  tables: ProjectionTables,
): Promise<void> {
  if (images.length === 0) return;
  const sorted = images
    .map(({ before, after }) => ({ key: identityOf(after ?? before), before: frozen(before), after: frozen(after) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ before, after }) => ({ before, after }));
  await projection.project(sorted as unknown as readonly Image<TypeName>[], tables);
}

/** As resources of their own kind, added or taken away. */
export function sourceImages(
  { definitions }: Engine,
  rows: readonly SourceRow[],
  image: 'before' | 'after',
): readonly ResourceImage[] {
  return rows.map((row) => {
    const resource = parseStored(definitions.typeName(row.type), row);
    return image === 'after' ? { before: undefined, after: resource } : { before: resource, after: undefined };
  });
}

function identityOf(resource: JsonObject | undefined): string {
  return `${String(resource?.resourceType)}/${String(resource?.id)}`;
}
