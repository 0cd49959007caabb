import { fault } from '../../kernel/fault.ts';
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { isFhirId } from '../../kernel/id.ts';

const MAX_TEXT = 200;
const MAX_REFERENCES = 50;

/**
 * What a launch may tell an app, checked.
 * https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html#launch-context-arrives-with-your-access_token
 * @throws Fault `launch.invalid` 400 that names the member and what it takes
 */
export function readLaunchContext(input: JsonObject): JsonObject {
  const context: JsonObject = {};
  for (const [member, value] of Object.entries(input)) {
    const rule = Object.hasOwn(MEMBERS, member) ? MEMBERS[member] : undefined;
    if (rule === undefined) {
      throw invalid(member, `is not known; a launch has ${Object.keys(MEMBERS).join(', ')}`);
    }
    if (!rule.fits(value)) throw invalid(member, rule.text);
    if (value !== undefined) context[member] = value;
  }
  return context;
}

interface Rule {
  readonly text: string;
  fits(value: JsonValue | undefined): boolean;
}

const ID: Rule = { text: 'is the id of a resource', fits: (value) => typeof value === 'string' && isFhirId(value) };

const MEMBERS: Readonly<Record<string, Rule>> = {
  patient: ID,
  encounter: ID,
  intent: {
    text: `is a code of at most ${MAX_TEXT} characters`,
    fits: (value) =>
      typeof value === 'string' && /^[^\s\p{Cc}]+( [^\s\p{Cc}]+)*$/u.test(value) && value.length <= MAX_TEXT,
  },
  need_patient_banner: { text: 'is true or false', fits: (value) => typeof value === 'boolean' },
  smart_style_url: {
    text: 'is an absolute https or http URL',
    fits: (value) => typeof value === 'string' && /^https?:\/\/[\x21-\x7e]+$/.test(value) && URL.canParse(value),
  },
  fhirContext: {
    text: `is a list of at most ${MAX_REFERENCES} objects with a reference, canonical or identifier`,
    fits: (value) => Array.isArray(value) && value.length <= MAX_REFERENCES && value.every(isContextItem),
  },
};

function isContextItem(item: JsonValue): boolean {
  if (!isObject(item)) return false;
  const { reference, canonical, identifier } = item;
  // Patient and Encounter have members of their own.
  if (typeof reference === 'string')
    return /^(?!Patient\/|Encounter\/)[A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64}$/.test(reference);
  return typeof canonical === 'string' || isObject(identifier);
}

function invalid(member: string, rule: string): Error {
  return fault('launch.invalid', 400, 'value', `${member.slice(0, 64)} ${rule}.`, member.slice(0, 64));
}
