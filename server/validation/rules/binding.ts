import type { Definitions, ElementDef, PropertyDef, TypeDef } from '../../definitions/definitions.ts';
import { isObject, type JsonValue } from '../../kernel/json.ts';
import type { CodedValue } from '../code-checker.ts';
import type { ValueCheck } from '../object-rule.ts';
import { addIssue, type Walk } from '../walk.ts';
import { askAbout, type CodedForm } from './ask-about.ts';
import { checkCoding } from './coding.ts';
import { localCodes } from './local-codes.ts';

type Binding = NonNullable<ElementDef['binding']>;

const CODED_TEXT = new Set(['code', 'uri', 'string']);
/** Quantity and its specialisations. */
const MEASURED = new Set(['Quantity', 'Age', 'Count', 'Distance', 'Duration']);
const NONE: readonly CodedValue[] = [];

/**
 * Codes of an element: in the value sets that it is bound to, known in their code systems, with the display of those.
 * https://hl7.org/fhir/R4/terminologies.html#binding
 */
export function bindingChecks(owner: TypeDef, { element, type }: PropertyDef, definitions: Definitions): ValueCheck[] {
  const { binding } = element;
  if (CODED_TEXT.has(type.code)) return binding === undefined ? [] : [textCheck(binding, definitions)];
  if (type.code === 'CodeableConcept') return codedChecks('concept', binding, definitions);
  if (type.code === 'Coding') {
    // The codings of a CodeableConcept are asked about together, where that stands.
    const isPart = owner.name === 'CodeableConcept';
    return [checkCoding, ...(isPart ? [] : codedChecks('coding', binding, definitions))];
  }
  return MEASURED.has(type.code) ? codedChecks('quantity', binding, definitions) : [];
}

function textCheck(binding: Binding, definitions: Definitions): ValueCheck {
  const { strength, valueSet } = binding;
  const local = strength === 'required' ? localCodes(valueSet, definitions) : undefined;
  return (value, _parent, _key, walk) => {
    if (typeof value !== 'string') return;
    if (local === undefined) askAbout([{ code: value }], 'text', binding, walk);
    else if (!local.codes.has(value)) {
      addIssue(walk, 'code-invalid', `"${value}" is not in the value set ${valueSet}. Expected is ${local.accepted}.`);
    }
  };
}

function codedChecks(form: CodedForm, binding: Binding | undefined, definitions: Definitions): ValueCheck[] {
  const local = binding?.strength === 'required' ? localCodes(binding.valueSet, definitions) : undefined;
  if (binding === undefined || local === undefined) {
    return [(value, _parent, _key, walk) => checkCodes(codingsOf(value, form), form, binding, walk)];
  }
  return [
    (value, _parent, _key, walk) => {
      const codings = codingsOf(value, form);
      if (!codings.some(({ system, code }) => local.has(system, code))) {
        const text = `No code of the value set ${binding.valueSet} is given, and one is required. Expected is ${local.accepted}.`;
        addIssue(walk, 'code-invalid', text);
      } else if (codings.some(({ system, code, display }) => display !== undefined || !local.has(system, code))) {
        askAbout(codings, form, undefined, walk);
      }
    },
  ];
}

function checkCodes(codings: readonly CodedValue[], form: CodedForm, binding: Binding | undefined, walk: Walk): void {
  if (codings.some(({ code }) => code !== undefined)) askAbout(codings, form, binding, walk);
  else if (binding?.strength === 'required' && form !== 'quantity') {
    const text = `No code of the value set ${binding.valueSet} is given, and one is required.`;
    addIssue(walk, 'code-invalid', text);
  }
}

/** The structure is sound, so that codings are objects with texts. */
function codingsOf(value: JsonValue, form: CodedForm): readonly CodedValue[] {
  if (!isObject(value)) return NONE;
  if (form === 'concept') return (value.coding as readonly CodedValue[] | undefined) ?? NONE;
  if (form === 'coding') return [value as CodedValue];
  const { system, code } = value as CodedValue;
  return system === undefined || code === undefined ? NONE : [{ system, code }];
}
