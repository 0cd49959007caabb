import { TextDecoder } from 'node:util';

/**
 * Labels of https://encoding.spec.whatwg.org/#names-and-labels for the terms of
 * https://dicom.nema.org/medical/dicom/current/output/chtml/part03/sect_C.12.html#sect_C.12.1.1.2, by the number in them.
 */
const LABELS: Readonly<Record<string, string | undefined>> = {
  '100': 'iso-8859-1',
  '101': 'iso-8859-2',
  '109': 'iso-8859-3',
  '110': 'iso-8859-4',
  '144': 'iso-8859-5',
  '127': 'iso-8859-6',
  '126': 'iso-8859-7',
  '138': 'iso-8859-8',
  '148': 'iso-8859-9',
  '203': 'iso-8859-15',
  '166': 'windows-874',
  '13': 'shift_jis',
  '87': 'iso-2022-jp',
  '159': 'iso-2022-jp',
  '149': 'euc-kr',
  '58': 'gb18030',
  '192': 'utf-8',
};

const LATIN = 'iso-8859-1';
const decoders = new Map<string, TextDecoder>();

/** @param term Specific Character Set, with its alternatives; the richest one that it names is read */
export function textDecoder(term: string): (bytes: Buffer) => string {
  const terms = term.split('\\').map((each) => each.trim());
  const labels = terms.flatMap((each) => labelOf(each) ?? []);
  const label = labels.find((each) => /^(iso-2022|euc|gb)/.test(each)) ?? labels[0] ?? LATIN;
  const known = decoders.get(label) ?? new TextDecoder(label);
  decoders.set(label, known);
  // These two are shifted to by an escape sequence, which their decoders do not know.
  const isShifted = term.includes('2022') && (label === 'euc-kr' || label === 'gb18030');
  return (bytes) => {
    const text = known.decode(bytes);
    return isShifted ? text.replace(/\u001b\$\)[AC]/g, '') : text;
  };
}

function labelOf(term: string): string | undefined {
  if (term === 'GB18030' || term === 'GBK') return 'gb18030';
  const number = /^ISO[ _](?:2022 )?IR ?(\d+)$/.exec(term.replace('_', ' '))?.[1];
  return number === undefined ? undefined : LABELS[number];
}
