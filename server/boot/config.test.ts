import { readConfig, SETTINGS } from './config.ts';

test('an empty environment gives the documented defaults', () => {
  expect(readConfig({})).toMatchObject({
    host: '127.0.0.1',
    port: 8080,
    dataDir: './data',
    databaseUrl: undefined,
    hl7DatabaseUrl: undefined,
    redisUrl: undefined,
    auth: 'off',
    logLevel: 'info',
    baseUrl: undefined,
    referentialIntegrity: true,
  });
});

test('an empty variable counts as unset', () => {
  expect(readConfig({ PORT: '', HOST: ' ' })).toMatchObject({ port: 8080, host: '127.0.0.1' });
});

test.each([
  [{ PORT: '9000' }, { port: 9000 }],
  [{ HOST: '::1' }, { host: '::1' }],
  [{ HOST: '127.1.2.3' }, { host: '127.1.2.3' }],
  [{ REFERENTIAL_INTEGRITY: 'false' }, { referentialIntegrity: false }],
  [{ BASE_URL: 'https://a.example/fhir/R4/' }, { baseUrl: 'https://a.example/fhir/R4' }],
  [{ DATABASE_URL: 'postgres://u:p@h/d' }, { databaseUrl: 'postgres://u:p@h/d' }],
  [
    { WORKERS: '3', LOG_LEVEL: 'debug' },
    { workers: 3, logLevel: 'debug' },
  ],
])('%j', (env, expected) => {
  expect(readConfig(env)).toMatchObject(expected);
});

test.each([
  [{ PORT: '80a' }, 'PORT: not acceptable; it takes a whole number, 1 to 65535.'],
  [{ PORT: '0' }, 'PORT'],
  [{ WORKERS: '-1' }, 'WORKERS'],
  [{ AUTH: 'yes' }, 'AUTH: not acceptable; it takes auto, on, off.'],
  [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL'],
  [{ BASE_URL: 'ftp://x' }, 'BASE_URL: not acceptable; it takes a URL that starts with http:// or https://.'],
  [{ DATABASE_URL: 'nonsense' }, 'DATABASE_URL'],
  [{ AUTH: 'off', HOST: '0.0.0.0' }, 'AUTH: off is taken only while HOST is a loopback address'],
  [{ AUTH: 'off', HOST: '192.168.1.5' }, 'AUTH'],
  [{ AUTH: 'off', HOST: '::' }, 'AUTH'],
  [{ AUTH: 'off', HOST: '127.evil.example' }, 'AUTH'],
  [{ HOST: '0.0.0.0' }, 'BASE_URL: must be set'],
  [{ TLS_CERT: 'a.pem' }, 'TLS_CERT, TLS_KEY: both'],
  [{ MASTER_KEY: 'short' }, 'MASTER_KEY'],
  [{ ALLOWED_NETWORKS: '10.0.0.0/33' }, 'ALLOWED_NETWORKS'],
  [{ DEFAULT_PAGE_SIZE: '100', MAX_PAGE_SIZE: '50' }, 'DEFAULT_PAGE_SIZE'],
])('%j stops the start', (env, message) => {
  expect(() => readConfig(env)).toThrow(message);
});

test.each([
  [{}, 'off'],
  [{ HOST: '::1', BASE_URL: 'http://127.0.0.1:9000/fhir/R4' }, 'off'],
  [{ BASE_URL: 'http://[::1]:9000/fhir/R4' }, 'off'],
  [{ HOST: '0.0.0.0', BASE_URL: 'https://fhir.example.org/fhir/R4' }, 'on'],
  [{ HOST: '127.evil.example', BASE_URL: 'https://a.example/fhir/R4' }, 'on'],
  [{ BASE_URL: 'https://fhir.example.org/fhir/R4' }, 'on'],
  [{ BASE_URL: 'http://localhost.evil.example/fhir/R4' }, 'on'],
  [{ NODE_ENV: 'production' }, 'on'],
  [{ AUTH: 'on' }, 'on'],
  [{ AUTH: 'off', NODE_ENV: 'production' }, 'off'],
])('with %j sign-in is %s', (env, auth) => {
  expect(readConfig(env)).toMatchObject({ auth });
});

test('every problem is named at once, and no value is repeated', () => {
  const problems = (): unknown => readConfig({ PORT: 'x', DATABASE_URL: 'mysql://u:secret@h/d' });
  expect(problems).toThrow(/PORT[^]*DATABASE_URL/);
  expect(problems).not.toThrow(/secret/);
});

test('no two settings share a variable', () => {
  const names = Object.values(SETTINGS).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
