import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';

/** A QuestionnaireResponse, one of its items or one of their answers. */
export interface ResponseNode {
  readonly value: JsonObject;
  readonly above: ResponseNode | undefined;
  /** Place in the list that holds it. */
  readonly index: number;
  readonly items: readonly ResponseNode[];
  readonly answers: readonly ResponseNode[];
  /** Items below it, at any depth, that an enableWhen asks about; by linkId. */
  readonly asked: ReadonlyMap<string, readonly ResponseNode[]> | undefined;
}

interface Building extends ResponseNode {
  readonly items: ResponseNode[];
  readonly answers: ResponseNode[];
  asked: Map<string, ResponseNode[]> | undefined;
}

/** `asked`: the linkIds that some enableWhen names. */
export function responseTree(response: JsonObject, asked: ReadonlySet<string>): ResponseNode {
  const root = node(response, undefined, 0);
  const open: Building[] = [root];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const above = next;
    addAll(above.value.item, above.items, above, open, asked);
    addAll(above.value.answer, above.answers, above, open, asked);
  }
  return root;
}

function addAll(
  list: JsonValue | undefined,
  into: ResponseNode[],
  above: Building,
  open: Building[],
  asked: ReadonlySet<string>,
): void {
  if (!Array.isArray(list)) return;
  list.forEach((value, index) => {
    if (!isObject(value)) return;
    const child = node(value, above, index);
    into.push(child);
    open.push(child);
    if (typeof value.linkId === 'string' && asked.has(value.linkId)) announce(child, value.linkId, above);
  });
}

function announce(child: ResponseNode, linkId: string, above: Building): void {
  for (let at: ResponseNode | undefined = above; at !== undefined; at = at.above) {
    const map = ((at as Building).asked ??= new Map<string, ResponseNode[]>());
    const list = map.get(linkId);
    if (list === undefined) map.set(linkId, [child]);
    else list.push(child);
  }
}

function node(value: JsonObject, above: ResponseNode | undefined, index: number): Building {
  return { value, above, index, items: [], answers: [], asked: undefined };
}
