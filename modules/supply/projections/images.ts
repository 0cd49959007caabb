import type { Image, Stored, TypeName } from '#sdk';

/** What the images of one type contributed before, and what they contribute now. */
export function imagesOf<T extends TypeName, R>(
  images: readonly Image<TypeName>[],
  type: T,
  read: (resource: Stored<T>) => R | undefined,
): { readonly before: readonly R[]; readonly after: readonly R[] } {
  const side = (name: 'before' | 'after'): readonly R[] =>
    images.flatMap((image) => {
      const resource = image[name];
      if (resource?.resourceType !== type) return [];
      const made = read(resource as Stored<T>);
      return made === undefined ? [] : [made];
    });
  return { before: side('before'), after: side('after') };
}
