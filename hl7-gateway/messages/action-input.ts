import { fault } from '../../server/kernel/fault.ts';
import { isObject, type JsonValue } from '../../server/kernel/json.ts';

/** What an action is asked with. What is not as it should be is a Fault 422 that names it. */
export interface ActionInput {
  text(name: string): string;
  optionalText(name: string): string | undefined;
  texts(name: string): readonly string[];
  /** UUIDs, as messages and proposals have. */
  id(name: string): string;
  ids(name: string): readonly string[];
  optionalNumber(name: string): number | undefined;
  /** ISO instant. */
  optionalInstant(name: string): string | undefined;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function actionInput(body: JsonValue): ActionInput {
  const given = isObject(body) ? body : {};
  const optionalText = (name: string): string | undefined => {
    const value = given[name];
    if (value === undefined || typeof value === 'string') return value;
    throw refused(name);
  };
  const text = (name: string): string => {
    const value = optionalText(name);
    if (value === undefined || value.trim() === '') throw refused(name);
    return value;
  };
  const texts = (name: string): readonly string[] => {
    const value = given[name] ?? [];
    if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value;
    throw refused(name);
  };
  const asId = (name: string, value: string): string => {
    if (!UUID.test(value)) throw refused(name);
    return value;
  };
  return {
    text,
    optionalText,
    texts,
    id: (name) => asId(name, text(name)),
    ids: (name) => texts(name).map((each) => asId(name, each)),
    optionalNumber(name) {
      const value = given[name];
      if (value === undefined || (typeof value === 'number' && Number.isSafeInteger(value))) return value;
      throw refused(name);
    },
    optionalInstant(name) {
      const value = optionalText(name);
      if (value === undefined) return undefined;
      const time = Date.parse(value);
      if (Number.isNaN(time)) throw refused(name);
      return new Date(time).toISOString();
    },
  };
}

function refused(name: string): Error {
  return fault('hl7.badInput', 422, 'value', `The gateway cannot take ${name} as it is.`);
}
