import type { JsonObject } from '../../../server/kernel/json.ts';
import type { CodeMap, MappedCode } from '../codes/code-map.ts';
import { codingSystem, isKnownTarget } from '../codes/coding-systems.ts';
import { append } from '../elements.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { Value } from '../reading/value.ts';

export interface ConceptOptions {
  /** What FHIR has for the codes of the field's table. */
  readonly map?: CodeMap;
  /** The table of a field whose senders give no coding system: `HL70007`; that of `map` by default. */
  readonly table?: string;
}

/** Components of CWE, CNE and CE for code, text, system, version and OID. https://hl7.org/fhir/R4/datatypes.html#CodeableConcept */
const TRIPLETS = [
  { code: 1, text: 2, system: 3, version: 7, oid: 14 },
  { code: 4, text: 5, system: 6, version: 8, oid: 17 },
  { code: 10, text: 11, system: 12, version: 13, oid: 20 },
] as const;

/** CWE, CNE, CE, and IS or ID as their first component. What the code map has for a code stands first, what was sent stays beside it. */
export function concept(value: Value, draft: MappingDraft, options: ConceptOptions = {}): JsonObject | undefined {
  const made: JsonObject = {};
  for (const coding of sentCodings(value, draft, options)) {
    const mapped = translated(value, draft, coding, options.map);
    if (mapped !== undefined) append(made, 'coding', { ...mapped });
    if (mapped === undefined || mapped.system !== coding.system || mapped.code !== coding.code)
      append(made, 'coding', codingOf(coding));
    else if (coding.display !== undefined) made.coding = withDisplay(made.coding, coding);
  }
  const text = value.text(9) || value.text(2) || value.text(5) || value.text(11);
  if (text !== '') made.text = text;
  return Object.keys(made).length === 0 ? undefined : made;
}

/** As a list of one, for elements that repeat. */
export function concepts(value: Value, draft: MappingDraft, options: ConceptOptions = {}): JsonObject[] | undefined {
  const made = concept(value, draft, options);
  return made === undefined ? undefined : [made];
}

/** The coding that FHIR has for it, else the one that was sent. */
export function coding(value: Value, draft: MappingDraft, options: ConceptOptions = {}): JsonObject | undefined {
  const [first] = sentCodings(value, draft, options);
  if (first === undefined) {
    const display = value.text(2);
    return display === '' ? undefined : { display };
  }
  const mapped = translated(value, draft, first, options.map);
  return mapped === undefined
    ? codingOf(first)
    : { ...mapped, ...(first.display === undefined ? {} : { display: first.display }) };
}

/**
 * A code of a value set that FHIR binds as required: what has nothing there is left out, and told as unmapped.
 * @param isRequired whether the message cannot be applied without it
 */
export function code(value: Value, draft: MappingDraft, map: CodeMap, isRequired = false): string | undefined {
  for (const sent of sentCodings(value, draft, { map })) {
    const mapped = translated(value, draft, sent, map, isRequired);
    if (mapped !== undefined) return mapped.code;
  }
  return undefined;
}

interface SentCoding {
  readonly system: string;
  /** Table or name as sent, for questions about the code. */
  readonly source: string;
  readonly code: string;
  readonly display?: string;
  readonly version?: string;
}

function sentCodings(
  value: Value,
  { context }: MappingDraft,
  { map, table = map?.table ?? '' }: ConceptOptions,
): readonly SentCoding[] {
  const sent: SentCoding[] = [];
  for (const triplet of TRIPLETS) {
    const code = value.text(triplet.code);
    if (code === '') continue;
    const name = value.text(triplet.system) || (triplet.code === 1 ? table : '');
    const display = value.text(triplet.text);
    const version = value.text(triplet.version);
    sent.push({
      system: codingSystem(name, value.text(triplet.oid), code, context),
      source: name,
      code,
      ...(display === '' ? {} : { display }),
      ...(version === '' ? {} : { version }),
    });
  }
  return sent;
}

function codingOf({ system, code, display, version }: SentCoding): JsonObject {
  return {
    system,
    ...(version === undefined ? {} : { version }),
    code,
    ...(display === undefined ? {} : { display }),
  };
}

function withDisplay(codings: JsonObject['coding'], { system, code, display = '' }: SentCoding): JsonObject['coding'] {
  if (!Array.isArray(codings)) return codings;
  return codings
    .map((each) => ({ ...(each as JsonObject) }))
    .map((each) => (each.system === system && each.code === code ? { ...each, display } : each));
}

/** What the partner's answers, then the shipped map have for a code; a code that neither knows is told. */
function translated(
  value: Value,
  draft: MappingDraft,
  sent: SentCoding,
  map: CodeMap | undefined,
  isRequired = false,
): MappedCode | undefined {
  if (map === undefined) return undefined;
  const answer = draft.context.translate(sent.source, sent.code, map.target);
  if (answer !== undefined) return { system: answer.system ?? map.target, code: answer.code };
  const isOfTable = sent.source === map.table || sent.source === '';
  const mapped = isOfTable ? map.lookup(sent.code) : undefined;
  if (mapped !== undefined && mapped !== null && isKnownTarget(mapped.system, mapped.code)) return mapped;
  if ((mapped === undefined && isOfTable) || isRequired)
    draft.addUnmapped({
      place: value.place,
      source: sent.source,
      code: sent.code,
      ...(sent.display === undefined ? {} : { display: sent.display }),
      target: map.target,
      isRequired,
    });
  return undefined;
}
