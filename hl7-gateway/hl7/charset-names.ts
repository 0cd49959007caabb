/** HL7 table 0211 (https://terminology.hl7.org/CodeSystem-v2-0211.html): names of MSH-18 and WHATWG labels. */
const LABELS: Readonly<Record<string, string>> = {
  ASCII: 'us-ascii',
  'ISO IR6': 'us-ascii',
  '8859/1': 'iso-8859-1',
  '8859/2': 'iso-8859-2',
  '8859/3': 'iso-8859-3',
  '8859/4': 'iso-8859-4',
  '8859/5': 'iso-8859-5',
  '8859/6': 'iso-8859-6',
  '8859/7': 'iso-8859-7',
  '8859/8': 'iso-8859-8',
  '8859/9': 'iso-8859-9',
  '8859/15': 'iso-8859-15',
  'ISO IR14': 'shift_jis',
  'ISO IR87': 'iso-2022-jp',
  'ISO IR159': 'iso-2022-jp',
  'GB 18030-2000': 'gb18030',
  'KS X 1001': 'euc-kr',
  'BIG-5': 'big5',
  'UNICODE UTF-8': 'utf-8',
  'UNICODE UTF-16': 'utf-16',
  'UNICODE UTF-32': 'utf-32',
  // Not in the table, sent all the same.
  UNICODE: 'utf-8',
  'GB 18030': 'gb18030',
  'GB18030-2000': 'gb18030',
};

/** @param name as MSH-18 says it; also names that are WHATWG labels themselves. @returns `undefined` for what nobody knows */
export function labelOfName(name: string): string | undefined {
  const typed = name.trim();
  if (typed === '') return undefined;
  const plain = typed
    .toUpperCase()
    .replace(/\s+/g, ' ')
    .replace(/^ISO ?[-_]?(?=8859)/, '')
    .replace(/^(8859)[-_]/, '$1/');
  return LABELS[plain] ?? [typed.toLowerCase()].find(isCharset);
}

/** Name for MSH-18; the label itself where the table has none. */
export function charsetName(charset: string): string {
  const label = charset === 'windows-1252' ? 'iso-8859-1' : charset.replace(/^(utf-(?:16|32))[lb]e$/, '$1');
  return Object.entries(LABELS).find(([, known]) => known === label)?.[0] ?? charset.toUpperCase();
}

/** Whether settings may name it: labels of https://encoding.spec.whatwg.org/#names-and-labels, and UTF-32. */
export function isCharset(label: string): boolean {
  if (/^utf-32[lb]e$/.test(label)) return true;
  try {
    new TextDecoder(label);
    return true;
  } catch {
    return false;
  }
}
