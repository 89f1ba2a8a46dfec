require('./test/support/resolve-js-as-ts.cjs');

const ts = {
  parser: { syntax: 'typescript', decorators: true },
  target: 'es2023',
  transform: { legacyDecorator: true, decoratorMetadata: true },
  keepClassNames: true,
};
const swc = (jsc) => ['@swc/jest', { jsc, swcrc: false, module: { type: 'commonjs' }, sourceMaps: 'inline' }];

module.exports = {
  testEnvironment: 'node',
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  // Two cores: a third worker would only take turns with them.
  maxWorkers: 2,
  testRegex: '\\.spec\\.ts$',
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/data/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/data/'],
  moduleFileExtensions: ['ts', 'js', 'json'],
  transform: {
    '^.+\\.ts$': swc(ts),
    'node_modules/@nestjs/.+\\.js$': swc({ parser: { syntax: 'ecmascript' }, target: 'es2023' }),
  },
  transformIgnorePatterns: ['/node_modules/(?!@nestjs/)'],
  moduleNameMapper: {
    '^@ledger/(.*)$': '<rootDir>/libs/$1/src/index.ts',
    '^@projections/(.*)$': '<rootDir>/projections/$1/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
};
