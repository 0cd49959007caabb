import type { Input, ResourceOf } from '#sdk';

type Given = NonNullable<
  Input<{ readonly concept: { readonly type: 'CodeableConcept'; readonly text: '' } }>['concept']
>;

/** A concept of an operation's input, as resources have it. */
export function writable(concept: Given): NonNullable<ResourceOf<'Task'>['code']> {
  const { coding, ...rest } = concept;
  return { ...rest, ...(coding === undefined ? {} : { coding: [...coding] }) };
}
