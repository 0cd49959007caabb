import fc from 'fast-check';
import { Fault } from '../../server/kernel/fault.ts';
import { decodeMessage } from '../hl7/charset.ts';
import { correctedBytes, editableText } from './message-text.ts';

const ANY = { fallbackCharset: 'windows-1252' };

test.each([
  ['MSH|a\rPID|b\r', 'MSH|a\nPID|b'],
  ['MSH|a\r\nPID|b\r\n', 'MSH|a\nPID|b'],
  ['MSH|a\tb', 'MSH|a\tb'],
  ['MSH|a\u0001b', undefined],
  ['MSH|a\ud800b', undefined],
  ['x'.repeat(1024 * 1024 + 1), undefined],
])('what people may change of %j', (text, editable) => {
  expect(editableText(text)).toBe(editable);
});

test('a text comes back as it was, in the charset of its message', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[A-Z][ -~äöüéß]{0,20}$/), { minLength: 1 }), (lines) => {
      const text = ['MSH|^~\\&|A', ...lines].join('\n');
      for (const charset of ['utf-8', 'windows-1252']) {
        const decoded = decodeMessage(correctedBytes(text, charset, { ...ANY, charset }), { ...ANY, charset });
        expect(editableText(decoded.text)).toBe(text);
      }
    }),
  );
});

test.each([
  ['MSH|^~\\&|A\nPID|Ω', 'windows-1252', ANY],
  ['MSH|^~\\&|A\nPID|é', 'utf-8', { ...ANY, charset: 'windows-1252' }],
])('%j is refused where %s cannot say it, or is read as another', (text, charset, reading) => {
  expect(() => correctedBytes(text, charset, reading)).toThrow(Fault);
});
