import { readFileSync } from 'node:fs';

const swcOptions = JSON.parse(readFileSync(new URL('.swcrc', import.meta.url), 'utf8'));

/** Specs stand beside what they test; they read the libraries from source. */
export default {
  rootDir: '.',
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/tools'],
  testMatch: ['**/src/**/*.spec.ts'],
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['gomon-source', 'node'] },
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '\\.ts$': ['@swc/jest', { ...swcOptions, swcrc: false }] },
  modulePathIgnorePatterns: ['/dist/', '/.nx/', '/.gomon'],
  testSequencer: '<rootDir>/tools/ci/long-first.mjs',
  testTimeout: 60_000,
  // For two processors: most suites wait for others more than they compute.
  maxWorkers: 3,
  // The modules of finished suites stay in a worker (nodejs/node#59118), and make each later one slower, most of all with coverage.
  workerIdleMemoryLimit: '400MB',
  coverageProvider: 'v8',
  collectCoverageFrom: [
    '{apps,libs,tools}/*/src/**/*.ts',
    '!**/*.spec.ts',
    '!**/*.spec-support.ts',
    '!**/main.ts',
  ],
  coverageReporters: ['json-summary', 'text-summary'],
};
