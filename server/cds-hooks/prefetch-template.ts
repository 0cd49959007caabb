/** What a template of a service asks for, and with which parts of the context. */
export interface PrefetchTemplate {
  readonly text: string;
  /**
   * The query for a context; undefined when the context has nothing for one of the tokens, so that there is nothing to
   * be found.
   */
  fill(context: Readonly<Record<string, unknown>>): string | undefined;
}

/** A template that this server cannot fill. */
export class TemplateError extends Error {}

/** https://cds-hooks.hl7.org/2.0/#prefetch-tokens-identifying-the-user */
const USERS: ReadonlyMap<string, string> = new Map([
  ['userPractitionerId', 'Practitioner'],
  ['userPractitionerRoleId', 'PractitionerRole'],
  ['userPatientId', 'Patient'],
  ['userRelatedPersonId', 'RelatedPerson'],
]);

const TOKEN = /\{\{([^{}]*)\}\}/g;
const CONTEXT = 'context.';

/** Fields of primitive type at the root of the hooks' contexts; only they may stand in templates. */
const FIELDS = ['userId', 'patientId', 'encounterId'];

const TOKENS: readonly string[] = [...FIELDS.map((field) => CONTEXT + field), ...USERS.keys()];

/**
 * Reads a template such as `Condition?patient={{context.patientId}}`.
 * https://cds-hooks.hl7.org/2.0/#prefetch-template
 * @throws TemplateError that says what a template may hold
 */
export function readTemplate(text: string): PrefetchTemplate {
  const names = [...text.matchAll(TOKEN)].map(([, name = '']) => name.trim());
  const unknown = names.find((name) => !TOKENS.includes(name));
  if (unknown !== undefined) {
    throw new TemplateError(
      `the prefetch template "${text}" has the token {{${unknown}}}; there are ${TOKENS.join(', ')}`,
    );
  }
  return {
    text,
    fill(context) {
      const values = new Map(names.map((name) => [name, valueOf(name, context)]));
      if ([...values.values()].includes(undefined)) return undefined;
      return text.replace(TOKEN, (_token, name: string) => values.get(name.trim()) ?? '');
    },
  };
}

function valueOf(name: string, context: Readonly<Record<string, unknown>>): string | undefined {
  const type = USERS.get(name);
  const value = context[type === undefined ? name.slice(CONTEXT.length) : 'userId'];
  if (typeof value !== 'string') return undefined;
  if (type === undefined) return value;
  return value.startsWith(`${type}/`) ? value.slice(type.length + 1) : undefined;
}
