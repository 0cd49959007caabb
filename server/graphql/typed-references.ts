import { Kind, visit, type DocumentNode, type FieldNode, type SelectionNode, type ValueNode } from 'graphql';

/**
 * `resource(type: Patient) { birthDate }` as GraphQL has it, `resource(type: [Patient]) { ... on Patient { birthDate } }`;
 * several of them in one place become one field. https://hl7.org/fhir/R4/graphql.html#references
 */
export function withTypedReferences(document: DocumentNode): DocumentNode {
  return visit(document, {
    SelectionSet(node) {
      const selections = merged(node.selections);
      return selections === node.selections ? undefined : { ...node, selections };
    },
  });
}

function merged(selections: readonly SelectionNode[]): readonly SelectionNode[] {
  const kept: SelectionNode[] = [];
  /** Places of fields with a type, by the name that they have in the answer. */
  const places = new Map<string, number>();
  for (const selection of selections) {
    const type = selection.kind === Kind.FIELD ? typeOf(selection) : undefined;
    if (selection.kind !== Kind.FIELD || type === undefined) {
      kept.push(selection);
      continue;
    }
    const key = selection.alias?.value ?? selection.name.value;
    const place = places.get(key);
    const earlier = place === undefined ? undefined : kept[place];
    if (place !== undefined && earlier?.kind === Kind.FIELD) kept[place] = joined(earlier, narrowed(selection, type));
    else places.set(key, kept.push(narrowed(selection, type)) - 1);
  }
  return places.size === 0 ? selections : kept;
}

/** The one type that is wanted, where it is written there. */
function typeOf({ name, arguments: args, selectionSet }: FieldNode): string | undefined {
  if (name.value !== 'resource' || selectionSet === undefined) return undefined;
  const value = args?.find((argument) => argument.name.value === 'type')?.value;
  return value?.kind === Kind.ENUM || value?.kind === Kind.STRING ? value.value : undefined;
}

function narrowed(field: FieldNode, type: string): FieldNode {
  const { selectionSet, arguments: args = [] } = field;
  if (selectionSet === undefined) return field;
  const name = { kind: Kind.NAME, value: type } as const;
  return {
    ...field,
    arguments: args.map((argument) =>
      argument.name.value === 'type' ? { ...argument, value: { kind: Kind.LIST, values: [argument.value] } } : argument,
    ),
    selectionSet: {
      kind: Kind.SELECTION_SET,
      selections: [{ kind: Kind.INLINE_FRAGMENT, typeCondition: { kind: Kind.NAMED_TYPE, name }, selectionSet }],
    },
  };
}

function joined(first: FieldNode, second: FieldNode): FieldNode {
  const types: readonly ValueNode[] = [first, second].flatMap(({ arguments: args = [] }) =>
    args.flatMap(({ name, value }) => (name.value === 'type' && value.kind === Kind.LIST ? value.values : [])),
  );
  const selections = [first, second].flatMap(({ selectionSet }) => selectionSet?.selections ?? []);
  return {
    ...first,
    arguments: (first.arguments ?? []).map((argument) =>
      argument.name.value === 'type' ? { ...argument, value: { kind: Kind.LIST, values: types } } : argument,
    ),
    selectionSet: { kind: Kind.SELECTION_SET, selections },
  };
}
