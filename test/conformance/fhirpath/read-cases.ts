import { SaxesParser } from 'saxes';

/** A case of HL7's FHIRPath suite. https://github.com/FHIR/fhir-test-cases */
export interface FhirpathCase {
  readonly group: string;
  readonly name: string;
  /** File below the suite's folder of inputs; empty for none. */
  readonly input: string;
  readonly expression: string;
  /** Any kind of error is expected: `syntax`, `semantic` or `execution`. */
  readonly isInvalid: boolean;
  /** Only whether the result is true matters. */
  readonly isPredicate: boolean;
  readonly isOrdered: boolean;
  readonly outputs: readonly Output[];
}

export interface Output {
  /** FHIR or System type, such as `date`; undefined when only the value is given. */
  readonly type: string | undefined;
  readonly text: string;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** The cases of the XML file that the suite is. */
export function readCases(xml: string): readonly FhirpathCase[] {
  const cases: FhirpathCase[] = [];
  const parser = new SaxesParser();
  let group = '';
  let open: (Writable<Omit<FhirpathCase, 'outputs'>> & { outputs: Output[] }) | undefined;
  let output: Writable<Output> | undefined;
  let isExpression = false;
  parser.on('opentag', ({ name, attributes }) => {
    if (name === 'group') group = attributes.name ?? '';
    if (name === 'test') {
      open = {
        group,
        name: attributes.name ?? '',
        input: attributes.inputfile ?? '',
        expression: '',
        isInvalid: false,
        isPredicate: attributes.predicate === 'true',
        isOrdered: attributes.ordered !== 'false',
        outputs: [],
      };
    }
    if (open === undefined) return;
    if (name === 'expression') {
      isExpression = true;
      open.isInvalid = attributes.invalid !== undefined;
    }
    if (name === 'output') open.outputs.push((output = { type: attributes.type, text: '' }));
  });
  const addText = (text: string): void => {
    if (output !== undefined) output.text += text;
    else if (isExpression && open !== undefined) open.expression += text;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', ({ name }) => {
    if (name === 'expression') isExpression = false;
    if (name === 'output') output = undefined;
    if (name !== 'test' || open === undefined) return;
    cases.push(open);
    open = undefined;
  });
  parser.write(xml).close();
  return cases;
}
