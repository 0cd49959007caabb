import * as fc from 'fast-check';
import { createFramer, frameOf, type FrameEvent } from './framer.ts';

const VT = '\x0b';
const FS = '\x1c';
const CR = '\r';

/** Events as short texts; noise of several chunks in one. */
function told(events: readonly FrameEvent[]): string[] {
  const texts: string[] = [];
  let noise = 0;
  for (const event of events) {
    if (event.kind === 'noise') noise += event.bytes;
    else if (event.kind === 'frame') texts.push(Buffer.from(event.bytes).toString('latin1'));
    else if (event.kind === 'truncated') texts.push(`cut: ${Buffer.from(event.bytes).toString('latin1')}`);
    else texts.push(`too large: ${Buffer.from(event.head).toString('latin1')}`);
  }
  return noise === 0 ? texts : [...texts, `noise: ${noise}`];
}

function framed(chunks: readonly Uint8Array[], maxFrame = 1000): string[] {
  const framer = createFramer(maxFrame);
  return told([...chunks.flatMap((chunk) => framer.push(chunk)), ...framer.end()]);
}

const A = 'MSH|a\rPID|1\r';
const B = 'MSH|b\rPID|2\r';

const CASES: readonly (readonly [name: string, bytes: string, events: readonly string[]])[] = [
  ['one frame', VT + A + FS + CR, [A]],
  ['two frames', VT + A + FS + CR + VT + B + FS + CR, [A, B]],
  ['ten frames', (VT + A + FS + CR).repeat(10), Array.from({ length: 10 }, () => A)],
  ['no CR before the next frame', VT + A + FS + VT + B + FS + CR, [A, B]],
  ['no CR at the end', VT + A + FS, [A]],
  ['LF instead of CR', VT + A + FS + '\n' + VT + B + FS + '\n', [A, B]],
  ['CR LF', VT + A + FS + '\r\n' + VT + B + FS + '\r\n', [A, B]],
  ['FS twice', VT + A + FS + FS + CR, [A]],
  ['noise before, between and after', `xy${VT}${A}${FS}${CR}z${FS}${VT}${B}${FS}${CR}GET /`, [A, B, 'noise: 9']],
  ['noise alone', 'GET / HTTP/1.1\r\n', ['noise: 14']],
  ['a frame cut by the end', VT + A + FS + CR + VT + B, [A, `cut: ${B}`]],
  ['a frame cut by the next', VT + 'MSH|cut' + VT + B + FS + CR, ['cut: MSH|cut', B]],
  ['begun twice', VT + VT + A + FS + CR, [A]],
  ['an empty frame', VT + FS + CR + VT + A + FS + CR, ['', A]],
  ['FS and VT as content', `${VT}MSH|x${FS}y${VT}z${FS}${CR}`, [`MSH|x${FS}y${VT}z`]],
  ['a batch after a cut', `${VT}MSH|x${VT}FHS|1${FS}${CR}`, ['cut: MSH|x', 'FHS|1']],
];

test.each(CASES)('%s', (_, bytes, events) => expect(framed([Buffer.from(bytes, 'latin1')])).toEqual(events));

const chunked = (bytes: Buffer) =>
  fc.array(fc.nat(bytes.length), { maxLength: 20 }).map((cuts) => {
    const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
    return places.slice(1).map((place, index) => bytes.subarray(places[index], place));
  });

test.each(CASES)('%s, in chunks of any size', (_, bytes, events) => {
  const buffer = Buffer.from(bytes, 'latin1');
  expect(framed(Array.from(buffer, (byte) => Uint8Array.of(byte)))).toEqual(events);
  fc.assert(fc.property(chunked(buffer), (chunks) => expect(framed(chunks)).toEqual(events)));
});

test('any messages come out as they went in, whatever is between them and however they are cut', () => {
  const content = fc
    .uint8Array({ maxLength: 60 })
    .map((bytes) => bytes.filter((byte) => byte !== 0x0b && byte !== 0x1c));
  const noise = fc.uint8Array({ maxLength: 5 }).map((bytes) => bytes.filter((byte) => byte !== 0x0b));
  const stream = fc.array(fc.tuple(content, noise), { maxLength: 6 });
  fc.assert(
    fc.property(
      stream.chain((parts) => {
        const bytes = Buffer.concat(parts.flatMap(([message, other]) => [frameOf(message) ?? message, other]));
        return fc.tuple(fc.constant(parts), chunked(bytes));
      }),
      ([parts, chunks]) => {
        const framer = createFramer(1000);
        const events = chunks.flatMap((chunk) => framer.push(chunk)).filter(({ kind }) => kind !== 'noise');
        expect(told(events)).toEqual(parts.map(([message]) => Buffer.from(message).toString('latin1')));
        expect([framer.end(), framer.buffered]).toEqual([[], 0]);
      },
    ),
    { numRuns: 500 },
  );
});

describe('a frame beyond the limit', () => {
  test('is refused with its head, and nothing after it is a message', () => {
    const endless = Buffer.from(VT + A + 'x'.repeat(100) + FS + CR + VT + B + FS + CR, 'latin1');
    for (const size of [1, 7, 1000]) {
      const chunks = Array.from({ length: Math.ceil(endless.length / size) }, (_, at) =>
        endless.subarray(at * size, (at + 1) * size),
      );
      const [event, ...others] = framed(chunks, 50);
      expect(others).toEqual([]);
      expect(event).toContain(`too large: ${A}`);
    }
  });

  test('one of just that size is taken', () => {
    expect(framed([Buffer.from(VT + 'x'.repeat(50) + FS + CR)], 50)).toEqual(['x'.repeat(50)]);
  });

  test('nothing of it is kept', () => {
    const framer = createFramer(10_000);
    framer.push(Buffer.from(VT + 'x'.repeat(9_999)));
    expect([framer.buffered, framer.state]).toEqual([9_999, 'inside']);
    framer.push(Buffer.from('yyy'));
    expect([framer.buffered, framer.state, framer.push(Buffer.from(VT + A + FS + CR))]).toEqual([0, 'refused', []]);
  });
});

test('FS alone ends a frame when nothing more comes', () => {
  const framer = createFramer(1000);
  expect([framer.push(Buffer.from(VT + A)), framer.pause(), framer.state]).toEqual([[], [], 'inside']);
  framer.push(Buffer.from(FS));
  expect(framer.state).toBe('ending');
  expect(told(framer.pause())).toEqual([A]);
  expect(told(framer.push(Buffer.from(CR + VT + B + FS + CR)))).toEqual([B]);
});

test.each([
  ['what ends a frame', `a${FS}${CR}b`],
  ['its end', `a${FS}`],
  ['what begins one', `MSH|a${VT}MSH|b`],
])('a message with %s is not framed', (_, text) => expect(frameOf(Buffer.from(text))).toBeUndefined());

test('other bytes are', () => {
  expect(frameOf(Buffer.from(`a${VT}b${FS}c`))).toEqual(Buffer.from(`${VT}a${VT}b${FS}c${FS}${CR}`));
});
