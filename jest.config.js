// Source is ESM; tests are transformed to CommonJS by swc, because jest's native ESM mode leaks its module registry.
export default {
  testEnvironment: 'node',
  rootDir: '.',
  testMatch: ['<rootDir>/{server,modules,profiles,terminology,bots,hl7-gateway,test}/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '<rootDir>/data/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/data/'],
  transform: {
    '^.+\\.[tj]s$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022', keepClassNames: true },
        module: { type: 'commonjs' },
      },
    ],
  },
  // Packages that are ESM only.
  transformIgnorePatterns: [
    '/node_modules/(?!(request-filtering-agent|oidc-provider|jose|openid-client|oauth4webapi|hyparquet|hyparquet-writer)/)',
  ],
  globalSetup: '<rootDir>/test/harness/global-setup.ts',
  globalTeardown: '<rootDir>/test/harness/global-teardown.ts',
  maxWorkers: 2,
  // What a test file loads stays in its worker to a part: after some hundred files that was more than a process may have.
  workerIdleMemoryLimit: '1500MB',
  reporters: ['default', '<rootDir>/test/summary-reporter.js'],
  // Longer than what tests wait for at most (test/harness/eventually.ts), so that they tell what did not happen.
  testTimeout: 120_000,
};
