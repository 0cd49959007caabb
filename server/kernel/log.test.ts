import { describeError } from './log.ts';

function thrownBy(action: () => void): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

test('an error keeps its name, message and frames', () => {
  const line = describeError(new TypeError('x is not a function', { cause: new Error('inner') }));
  expect(line).toMatchObject({ name: 'TypeError', message: 'x is not a function', cause: { message: 'inner' } });
  expect(line?.frames?.[0]).toMatch(/^at .*log\.test/);
});

test('an error of the database shows its SQLSTATE, never the value that it quotes', () => {
  const error = Object.assign(new Error('invalid input syntax for type integer: "Jane Doe"'), {
    severity: 'ERROR',
    code: '22P02',
    detail: 'Key (family)=(Doe) already exists.',
  });
  const text = JSON.stringify(describeError(error));
  expect(text).toContain('22P02');
  expect(text).not.toContain('Doe');
});

test('a syntax error does not show the text at fault', () => {
  const error = thrownBy(() => JSON.parse('Jane Doe') as unknown);
  expect(JSON.stringify(describeError(error))).not.toContain('Jane');
});

test('what is thrown without being an Error shows its type only', () => {
  expect(describeError('Jane Doe')).toEqual({ name: 'string' });
});
