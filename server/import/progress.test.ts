import { duration, progressLine, showProgress } from './progress.ts';

test.each([
  [8.24, '8.2 s'],
  [185, '3 min 05 s'],
  [3725, '1 h 02 min'],
])('duration of %d s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

test.each([
  [
    'half way',
    progressLine(50, 100, 6000, 2, true),
    '[############............] 50 %, 6,000 resources, 3,000/s, 2.0 s left',
  ],
  ['without a bar', progressLine(25, 100, 100, 10, false), '25 %, 100 resources, 10/s, 30.0 s left'],
  ['standard input', progressLine(25, undefined, 100, 10, true), '100 resources, 10/s, 10.0 s'],
  ['nothing read yet', progressLine(0, 100, 0, 0, false), '0 %, 0 resources, 0/s, ? left'],
])('%s', (_name, line, expected) => {
  expect(line).toBe(expected);
});

test('a log gets a line every five seconds, a terminal a bar that goes when it is over', () => {
  const shown = (isTTY: boolean): string[] => {
    const written: string[] = [];
    let time = 0;
    const progress = showProgress({ isTTY, write: (text) => written.push(text) }, 100, () => time);
    for (time = 0; time <= 10_000; time += 1000) progress.update(10, 10);
    progress.done();
    return written;
  };
  expect(shown(false)).toHaveLength(2);
  expect(shown(true).at(-1)).toBe('\r\x1b[K');
});
