import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['node_modules/', 'dist/', 'data/', 'coverage/', 'bots/runtime/types/', 'test/bots/reminder/'] },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      'max-lines': ['error', 400],
      eqeqeq: 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
        { selector: 'TSEnumDeclaration', message: 'Use a union of literals.' },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/only-throw-error': ['error', { allowThrowingUnknown: true }],
      '@typescript-eslint/restrict-plus-operands': ['error', { allowNumberAndString: true }],
      // Interfaces are written with method signatures, their implementations are closures: `this` is not used.
      '@typescript-eslint/unbound-method': 'off',
      // The type parameter of a query names the shape of its rows.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // Validation sees to it that a resource's type is a string before anybody converts it.
      '@typescript-eslint/no-base-to-string': 'off',
      // Marked so that nobody uses it by accident: issuers on this machine speak plain http.
      '@typescript-eslint/no-deprecated': [
        'error',
        { allow: [{ from: 'package', name: 'allowInsecureRequests', package: 'openid-client' }] },
      ],
      // Code points are what is meant.
      '@typescript-eslint/no-misused-spread': 'off',
      // Symmetry between interactions (all return a promise) matters more than a missing await.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    // Matchers of jest and parsed answers are `any` by their types.
    files: ['**/*.test.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
  {
    // Jest finds set-up and tear-down as default exports.
    files: ['test/harness/global-*.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    // A manifest is the one default export a module has.
    files: ['modules/*/manifest.ts', 'test/modules/*/*/manifest.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
);
