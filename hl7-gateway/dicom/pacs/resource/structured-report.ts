import { meaningOf } from '../read/dicom-codes.ts';
import { itemsOf, personNames, valueOf, type DicomDataset } from '../read/dicom-json.ts';
import { readableName } from '../read/person-name.ts';

/** A structured report as people read it. */
export interface ReportText {
  /** Lines; what is below another is indented by two spaces. */
  readonly text: string;
  /** What it comes to; empty where no part of it is an impression, conclusion or summary. */
  readonly conclusion: string;
}

/**
 * Parts that say what a report comes to: https://dicom.nema.org/medical/dicom/current/output/chtml/part16/sect_CID_7001.html (headings),
 * https://dicom.nema.org/medical/dicom/current/output/chtml/part16/sect_CID_7002.html (what stands below them).
 */
const CONCLUSIONS: ReadonlySet<string> = new Set([
  'DCM 121072',
  'DCM 121073',
  'DCM 121076',
  'DCM 121077',
  'DCM 121111',
  'LN 19005-8',
  'LN 55110-1',
]);

/** Reports of people have some hundreds of items; others are cut. */
const MOST_ITEMS = 20_000;
const DEEPEST = 30;

/** https://dicom.nema.org/medical/dicom/current/output/chtml/part03/sect_C.17.3.html */
export function reportText(document: DicomDataset): ReportText {
  const lines: string[] = [];
  const conclusions: string[] = [];
  let count = 0;
  const walk = (item: DicomDataset, depth: number, isConclusion: boolean): void => {
    count += 1;
    if (count > MOST_ITEMS || depth > DEEPEST) return;
    const [name, value] = [meaningOf(item, 'ConceptNameCodeSequence'), contentOf(item)];
    const isConcluding = isConclusion || isConclusionItem(item);
    const isHeading = valueOf(item, 'ValueType') === 'CONTAINER';
    if (isHeading ? name !== '' : value !== '') {
      const indent = '  '.repeat(depth);
      const line = isHeading ? name : [name, value].filter((each) => each !== '').join(': ');
      lines.push(`${indent}${line.replaceAll('\n', `\n${indent}`)}`);
      if (isConcluding && !isHeading) conclusions.push(value);
    }
    for (const child of itemsOf(item, 'ContentSequence'))
      walk(child, isHeading || value !== '' ? depth + 1 : depth, isConcluding);
  };
  walk(document, 0, false);
  return { text: lines.join('\n'), conclusion: conclusions.join('\n') };
}

function isConclusionItem(item: DicomDataset): boolean {
  const [name = {}] = itemsOf(item, 'ConceptNameCodeSequence');
  return CONCLUSIONS.has(`${valueOf(name, 'CodingSchemeDesignator')} ${valueOf(name, 'CodeValue')}`);
}

/** What an item says by its value type; empty for images, coordinates and what else is no text. */
function contentOf(item: DicomDataset): string {
  switch (valueOf(item, 'ValueType')) {
    case 'TEXT':
      return lineBreaks(valueOf(item, 'TextValue'));
    case 'CODE':
      return meaningOf(item, 'ConceptCodeSequence');
    case 'NUM':
      return measured(item);
    case 'PNAME':
      return readableName(personNames(item, 'PersonName')[0] ?? '');
    case 'DATETIME':
      return valueOf(item, 'DateTime');
    case 'DATE':
      return valueOf(item, 'Date');
    case 'TIME':
      return valueOf(item, 'Time');
    case 'UIDREF':
      return valueOf(item, 'UID');
    default:
      return '';
  }
}

function measured(item: DicomDataset): string {
  const [measure] = itemsOf(item, 'MeasuredValueSequence');
  if (measure === undefined) return '';
  const [unit = {}] = itemsOf(measure, 'MeasurementUnitsCodeSequence');
  const code = valueOf(unit, 'CodeValue');
  // The unit of what has none: https://ucum.org/ucum#section-Derived-Unit-Atoms (the unity).
  const shown = code === '1' ? '' : code;
  return [valueOf(measure, 'NumericValue'), shown].filter((each) => each !== '').join(' ');
}

function lineBreaks(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}
