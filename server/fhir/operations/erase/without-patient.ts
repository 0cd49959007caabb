import type { Definitions, PropertyDef } from '../../../definitions/definitions.ts';
import { cloneJson, isObject, type JsonObject, type JsonValue } from '../../../kernel/json.ts';
import type { Evidence } from './evidence.ts';
import { hasWord, nameKeys } from './words-of.ts';

const ERASED = '[erased]';
/** Elements without which a Person, a Group, … says nothing but the patient's own data. */
const NEEDED: Readonly<Record<string, string>> = { Person: 'link' };

/**
 * A resource that is about the patient (isAbout) and about others without its references to what is gone, and without texts
 * that name the patient: an item of a list goes with its reference, an element with the one that it needs. Names of others
 * stay, as those of a family are the same.
 * @returns the same object when it holds nothing of it; undefined when nothing that could stay is left
 */
export function withoutPatient(definitions: Definitions, resource: JsonObject, gone: Evidence): JsonObject | undefined {
  const copy = cloneJson(resource);
  const cleaner = new Cleaner(definitions, gone);
  const type = String(resource.resourceType);
  if (!cleaner.clean(copy, type)) return undefined;
  if (!cleaner.hasChanged) return resource;
  const needed = NEEDED[type];
  if (needed !== undefined && resource[needed] !== undefined && copy[needed] === undefined) return undefined;
  // The narrative says in words what the elements said.
  delete copy.text;
  return copy;
}

class Cleaner {
  hasChanged = false;
  private readonly definitions: Definitions;
  private readonly gone: Evidence;

  constructor(definitions: Definitions, gone: Evidence) {
    this.definitions = definitions;
    this.gone = gone;
  }

  /** Cleans an object in place; returns whether it can stay. */
  clean(object: JsonObject, type: string): boolean {
    if (type === 'Reference' && this.isGoneReference(object)) return this.drop();
    if (type === 'Identifier' && this.names(object.value)) return this.drop();
    if (type === 'HumanName') return !this.isTheirName(object) || this.drop();
    const properties = this.definitions.type(type)?.properties;
    for (const property of Object.keys(object)) {
      if (type === 'Narrative' || (property === 'display' && isOfOthers(type, object))) continue;
      const definition = properties?.get(property);
      const value = object[property];
      if (value === undefined || (property === 'text' && definition?.type.code === 'Narrative')) continue;
      const left = this.cleanValue(value, definition);
      if (left !== undefined) {
        object[property] = left;
        continue;
      }
      Reflect.deleteProperty(object, property);
      if (isNeeded(definition, object)) return this.drop();
    }
    return Object.keys(object).length > 0 || this.drop();
  }

  private cleanValue(value: JsonValue, definition: PropertyDef | undefined): JsonValue | undefined {
    if (Array.isArray(value)) {
      const items = value.map((item) => this.cleanItem(item, definition)).filter((item) => item !== undefined);
      if (items.length === 0 && value.length > 0) return undefined;
      // In place: the array knows how its numbers were written.
      value.splice(0, value.length, ...items);
      return value;
    }
    return this.cleanItem(value, definition);
  }

  private cleanItem(value: JsonValue, definition: PropertyDef | undefined): JsonValue | undefined {
    if (typeof value === 'string') return this.cleanText(value, definition?.type.code);
    if (!isObject(value)) return value;
    const type = typeof value.resourceType === 'string' ? value.resourceType : (definition?.type.code ?? 'Element');
    return this.clean(value, type) ? value : undefined;
  }

  private cleanText(text: string, type: string | undefined): string | undefined {
    if (type === 'uri' || type === 'url' || type === 'canonical') {
      if (!this.gone.isGone(text) && !hasWord(text, this.gone.words.tellingPattern)) return text;
      this.hasChanged = true;
      return undefined;
    }
    const { allPattern } = this.gone.words;
    if (allPattern === undefined || (type !== 'string' && type !== 'markdown')) return text;
    const cleaned = text.replace(allPattern, ERASED);
    if (cleaned !== text) this.hasChanged = true;
    return cleaned;
  }

  private isGoneReference({ reference, identifier, display }: JsonObject): boolean {
    if (typeof reference === 'string') return this.gone.isGone(reference);
    return (isObject(identifier) && this.names(identifier.value)) || this.names(display);
  }

  private isTheirName(name: JsonObject): boolean {
    return nameKeys(name).some((key) => this.gone.words.names.has(key)) || this.names(name.text);
  }

  private names(value: JsonValue | undefined): boolean {
    return typeof value === 'string' && hasWord(value, this.gone.words.tellingPattern);
  }

  private drop(): false {
    this.hasChanged = true;
    return false;
  }
}

/** Whether a display is that of a code, or of somebody else to whom a reference leads. */
function isOfOthers(type: string, { reference }: JsonObject): boolean {
  return type === 'Coding' || (type === 'Reference' && typeof reference === 'string');
}

/**
 * Whether an element that lost this property must go: it is required, or it was what the element was about. An extension
 * is nothing without its value; nor is what a list holds of somebody, such as Appointment.participant, without the one.
 */
function isNeeded(definition: PropertyDef | undefined, left: JsonObject): boolean {
  if (definition === undefined) return false;
  const { element, type } = definition;
  if (element.min > 0) return true;
  if (element.name === 'value' && typeof left.url === 'string') return left.extension === undefined;
  return type.code === 'Reference' && element.max === 1 && left.resourceType === undefined;
}
