import type { Issue, IssueType } from '../kernel/fault.ts';
import { isFhirId } from '../kernel/id.ts';
import { isObject, type JsonObject, type JsonValue } from '../kernel/json.ts';
import type { CdsService } from '../sdk/cds-service.ts';

type Hook = CdsService['hook'];

type Check = (value: JsonValue | undefined) => string | undefined;

interface Field {
  readonly isRequired: boolean;
  /** What is wrong with it; undefined: nothing. */
  readonly check: Check;
}

const USERS = ['Practitioner', 'PractitionerRole', 'Patient', 'RelatedPerson'];
const STAFF = ['Practitioner', 'PractitionerRole'];

const id: Check = (value) =>
  typeof value === 'string' && isFhirId(value) ? undefined : 'must be the id of a resource, without its type';

const user =
  (types: readonly string[]): Check =>
  (value) => {
    const [type = '', userId = '', ...rest] = typeof value === 'string' ? value.split('/') : [];
    const isUser = types.includes(type) && isFhirId(userId) && rest.length === 0;
    return isUser ? undefined : `must be like Practitioner/1, of the types ${types.join(', ')}`;
  };

const bundle: Check = (value) =>
  isObject(value) && value.resourceType === 'Bundle' && resourcesOf(value).length > 0
    ? undefined
    : 'must be a Bundle with a resource in each entry, and at least one';

const references: Check = (value) =>
  Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string')
    ? undefined
    : 'must be a list of references such as MedicationRequest/1';

const required = (check: Check): Field => ({ isRequired: true, check });
const optional = (check: Check): Field => ({ isRequired: false, check });

/** https://cds-hooks.hl7.org/hooks/ */
const HOOKS: Readonly<Record<Hook, Readonly<Record<string, Field>>>> = {
  'patient-view': { userId: required(user(USERS)), patientId: required(id), encounterId: optional(id) },
  'order-select': {
    userId: required(user(STAFF)),
    patientId: required(id),
    encounterId: optional(id),
    selections: required(references),
    draftOrders: required(bundle),
  },
  'order-sign': {
    userId: required(user(STAFF)),
    patientId: required(id),
    encounterId: optional(id),
    draftOrders: required(bundle),
  },
  'appointment-book': {
    userId: required(user(USERS)),
    patientId: required(id),
    encounterId: optional(id),
    appointments: required(bundle),
  },
  'encounter-start': { userId: required(user(STAFF)), patientId: required(id), encounterId: required(id) },
  'encounter-discharge': { userId: required(user(STAFF)), patientId: required(id), encounterId: required(id) },
};

export function isHook(hook: string): hook is Hook {
  return Object.hasOwn(HOOKS, hook);
}

/** What is wrong with the context of a hook. Fields that the hook does not have are passed over. */
export function contextIssues(hook: Hook, context: JsonObject): readonly Issue[] {
  const issues = Object.entries(HOOKS[hook]).flatMap(([name, { isRequired, check }]): Issue[] => {
    const value = context[name];
    const expression = `context.${name}`;
    if (value === undefined) return isRequired ? [issue('required', `${hook} needs ${expression}.`, expression)] : [];
    const wrong = check(value);
    return wrong === undefined ? [] : [issue('value', `${expression} ${wrong}.`, expression)];
  });
  return issues.length > 0 ? issues : selectionIssues(context);
}

/** The resources that a context brings, with their places. */
export function contextBundles(hook: Hook, context: JsonObject): readonly (readonly [place: string, JsonObject])[] {
  return Object.entries(HOOKS[hook]).flatMap(([name, { check }]) => {
    const value = context[name];
    return check === bundle && isObject(value) ? [[`context.${name}`, value] as const] : [];
  });
}

/** What is selected must be among the orders. */
function selectionIssues({ selections, draftOrders }: JsonObject): readonly Issue[] {
  if (!Array.isArray(selections) || !isObject(draftOrders)) return [];
  const known = new Set(
    resourcesOf(draftOrders).map((resource) => `${String(resource.resourceType)}/${String(resource.id)}`),
  );
  return selections.flatMap((selection, index): Issue[] =>
    known.has(String(selection))
      ? []
      : [issue('not-found', 'A selection is none of the draftOrders.', `context.selections[${index}]`)],
  );
}

/** Those of all entries; none when one of them has none. */
function resourcesOf({ entry }: JsonObject): readonly JsonObject[] {
  if (!Array.isArray(entry)) return [];
  const resources = entry.map((each) => (isObject(each) ? each.resource : undefined)).filter(isObject);
  return resources.length === entry.length ? resources : [];
}

function issue(code: IssueType, text: string, expression: string): Issue {
  return { severity: 'error', code, text, expression: [expression] };
}
