import type { AnyResource, ResourceOf } from '#sdk';

/** What an operation wrote, as one answer. */
export function bundleOf(resources: readonly AnyResource[]): ResourceOf<'Bundle'> {
  return { resourceType: 'Bundle', type: 'collection', entry: resources.map((resource) => ({ resource })) };
}
