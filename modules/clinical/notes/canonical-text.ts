import { canonicalText as textOf, type AnyResource } from '#sdk';

/** What a signature covers: the resource without `meta`, which the server keeps. */
export function canonicalText({ meta: _, ...content }: AnyResource): string {
  return textOf(content);
}
