/** A clinical scope in its parts. https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html#scopes-for-requesting-fhir-resources */
export interface ScopeParts {
  readonly context: 'patient' | 'user' | 'system';
  /** Resource type, or `*`. */
  readonly type: string;
  /** Letters out of `cruds`, in that order. */
  readonly actions: string;
  /** Without `?`. */
  readonly query: string | undefined;
  /** Whether it is written as in version 1: `.read`, `.write`, `.*`. */
  readonly isVersion1: boolean;
}

const SHAPE = /^(patient|user|system)\/(\*|[A-Z][A-Za-z]{0,63})\.(read|write|\*|c?r?u?d?s?)(?:\?([^\s"\\]+))?$/;
const VERSION_1: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' };

/** The parts of a scope that has the form of a clinical scope; whether its type and parameters exist is not looked at. */
export function scopeParts(text: string): ScopeParts | undefined {
  const [, context, type = '', access = '', query] = SHAPE.exec(text) ?? [];
  if (context === undefined || access === '') return undefined;
  const old = VERSION_1[access];
  if (old !== undefined && query !== undefined) return undefined;
  return {
    context: context as ScopeParts['context'],
    type,
    actions: old ?? access,
    query,
    isVersion1: old !== undefined,
  };
}

/** The text of a scope; in version 1 where it was asked in that version and can be told in it. */
export function scopeText({ context, type, actions, query, isVersion1 }: ScopeParts): string {
  const old =
    isVersion1 && query === undefined ? Object.entries(VERSION_1).find(([, v2]) => v2 === actions) : undefined;
  return `${context}/${type}.${old?.[0] ?? actions}${query === undefined ? '' : `?${query}`}`;
}

/** What two scopes have in common; undefined: nothing. */
export function commonScope(asked: ScopeParts, ceiling: ScopeParts): ScopeParts | undefined {
  if (asked.context !== ceiling.context) return undefined;
  if (asked.type !== '*' && ceiling.type !== '*' && asked.type !== ceiling.type) return undefined;
  const actions = [...asked.actions].filter((letter) => ceiling.actions.includes(letter)).join('');
  if (actions === '') return undefined;
  return {
    context: asked.context,
    type: asked.type === '*' ? ceiling.type : asked.type,
    actions,
    query: bothQueries(asked.query, ceiling.query),
    isVersion1: asked.isVersion1,
  };
}

/** Parameters of a search are conditions that all must hold, so that both queries one after the other mean both. */
function bothQueries(first: string | undefined, second: string | undefined): string | undefined {
  if (first === undefined || first === second) return second;
  return second === undefined ? first : `${first}&${second}`;
}
