/** What a multipart body holds, in its order. */
export type PartEvent =
  /** Lower case names; folded lines are one. */
  | { readonly kind: 'headers'; readonly headers: ReadonlyMap<string, string> }
  | { readonly kind: 'data'; readonly data: Buffer }
  /** Of a part, whose data came before. */
  | { readonly kind: 'end' };

/** The body is no multipart body with this boundary. */
export class BadParts extends Error {
  override readonly name = 'BadParts';
}

/** Reads a multipart body as it comes; what it holds itself is a delimiter, or the headers of a part. */
export interface PartReader {
  /** @throws BadParts */
  read(chunk: Buffer): readonly PartEvent[];
  /** @throws BadParts when the body is not complete */
  end(): void;
}

const MOST_HEADERS = 8192;
const MOST_PREAMBLE = 8192;
const HEADERS_END = '\r\n\r\n';

/** https://www.rfc-editor.org/rfc/rfc2046#section-5.1.1 */
export function createPartReader(boundary: string): PartReader {
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  // The first delimiter may stand at the very begin.
  let held: Buffer = Buffer.from('\r\n');
  let state: 'preamble' | 'delimiter' | 'headers' | 'data' | 'epilogue' = 'preamble';

  function step(events: PartEvent[]): boolean {
    switch (state) {
      case 'preamble':
      case 'data':
        return toDelimiter(events);
      case 'delimiter':
        return afterDelimiter();
      case 'headers':
        return readHeaders(events);
      case 'epilogue':
        held = Buffer.alloc(0);
        return false;
    }
  }

  function toDelimiter(events: PartEvent[]): boolean {
    const isData = state === 'data';
    const at = held.indexOf(delimiter);
    const end = at === -1 ? Math.max(0, held.length - delimiter.length + 1) : at;
    if (isData && end > 0) events.push({ kind: 'data', data: held.subarray(0, end) });
    if (!isData && end > MOST_PREAMBLE) throw new BadParts('no part begins');
    if (at === -1) {
      if (isData) held = held.subarray(end);
      return false;
    }
    held = held.subarray(at + delimiter.length);
    if (isData) events.push({ kind: 'end' });
    state = 'delimiter';
    return true;
  }

  function afterDelimiter(): boolean {
    if (held.length < 2) return false;
    if (held.toString('latin1', 0, 2) === '--') {
      state = 'epilogue';
      return true;
    }
    const at = held.indexOf('\r\n');
    if (at === -1 ? held.length > 256 : !/^[ \t]*$/.test(held.toString('latin1', 0, at))) {
      throw new BadParts('a delimiter goes on');
    }
    if (at === -1) return false;
    // With the end of this line: a part may have no headers at all.
    held = held.subarray(at);
    state = 'headers';
    return true;
  }

  function readHeaders(events: PartEvent[]): boolean {
    const at = held.indexOf(HEADERS_END);
    if ((at === -1 ? held.length : at) > MOST_HEADERS) throw new BadParts('the headers of a part are too long');
    if (at === -1) return false;
    events.push({ kind: 'headers', headers: headersOf(held.toString('latin1', 0, at)) });
    held = held.subarray(at + HEADERS_END.length);
    state = 'data';
    return true;
  }

  return {
    read(chunk) {
      held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      const events: PartEvent[] = [];
      while (step(events));
      return events;
    },
    end() {
      if (state !== 'epilogue') throw new BadParts('the last delimiter is missing');
    },
  };
}

function headersOf(text: string): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const line of text.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n')) {
    if (line === '') continue;
    const colon = line.indexOf(':');
    if (colon < 1) throw new BadParts('a header of a part has no name');
    headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return headers;
}
