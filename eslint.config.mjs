import eslint from '@eslint/js';
import nx from '@nx/eslint-plugin';
import { createProjectGraphAsync, readCachedProjectGraph } from '@nx/devkit';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { domainCode } from './tools/ci/domain-code.mjs';

// Without a cached project graph the boundary rule skips itself with a warning only: see that there is one.
try {
  readCachedProjectGraph();
} catch {
  await createProjectGraphAsync();
}

const specs = ['**/*.spec.ts', '**/*.spec-support.ts'];

const ownClock = 'Domain code is told the time: take it as an argument.';
const ownChance = 'Domain code is told its ids and its randomness: take them as arguments.';

export default defineConfig(
  { ignores: ['**/dist/', '**/coverage/', '.nx/', '.gomon*/', '**/fixtures/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },

  eslint.configs.recommended,
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: { console: 'readonly', process: 'readonly', URL: 'readonly' } },
  },

  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: ['error', 'always'],
      'no-console': 'error',
      'no-restricted-properties': ['error', focused('describe'), focused('it'), focused('test')],
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      // Names that come from outside stand in brackets: labels['alertname'].
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-empty-function': ['error', { allow: ['arrowFunctions'] }],
      // A Nest module is an empty class that carries a decorator.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      // It takes what another turn of the event loop may have changed for constant.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // `@EventPattern<string>` fits handlers that the inferred argument does not.
      '@typescript-eslint/no-unnecessary-type-arguments': 'off',
      // Nest declares its options as classes and is given literals.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },

  {
    files: ['**/*.ts'],
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          allow: [],
          banTransitiveDependencies: false,
          depConstraints: [
            { sourceTag: 'type:contracts', onlyDependOnLibsWithTags: [] },
            { sourceTag: 'type:testing', onlyDependOnLibsWithTags: ['type:contracts'] },
            {
              sourceTag: 'type:lib',
              onlyDependOnLibsWithTags: ['type:contracts', 'type:lib', 'type:testing'],
            },
            {
              sourceTag: 'type:app',
              onlyDependOnLibsWithTags: ['type:contracts', 'type:lib', 'type:testing'],
            },
            {
              sourceTag: 'type:tool',
              onlyDependOnLibsWithTags: ['type:contracts', 'type:lib', 'type:testing'],
            },
            {
              sourceTag: 'database:none',
              bannedExternalImports: ['pg', 'pg-*', 'typeorm', '@nestjs/typeorm'],
            },
            { sourceTag: 'database:client', bannedExternalImports: ['typeorm', '@nestjs/typeorm'] },
          ],
        },
      ],
    },
  },
  {
    files: ['apps/**/*.ts', 'libs/messaging/**/*.ts', 'libs/service/**/*.ts'],
    ignores: specs,
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['@gomon/testing'], message: 'For specs only.' }] },
      ],
    },
  },

  {
    files: domainCode,
    ignores: specs,
    rules: {
      'no-restricted-imports': ['error', domainImports()],
      'no-restricted-globals': [
        'error',
        ...['fetch', 'process', 'setTimeout', 'setInterval', 'setImmediate'].map((name) => ({
          name,
          message: 'Domain code does no I/O.',
        })),
        { name: 'performance', message: ownClock },
        { name: 'crypto', message: ownChance },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: ownClock },
        { object: 'Math', property: 'random', message: ownChance },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: ownClock },
        { selector: "CallExpression[callee.name='Date']", message: ownClock },
      ],
    },
  },

  {
    files: ['apps/correlator/src/decide/**/*.ts', 'apps/correlator/src/correlate/**/*.ts'],
    ignores: specs,
    rules: {
      'no-restricted-imports': [
        'error',
        domainImports({
          group: ['../*', '!../correlate', '!../decide'],
          message: 'What decides stands on @gomon/contracts alone.',
        }),
      ],
    },
  },

  {
    files: specs,
    rules: {
      // expect(object.method) hands over no `this`.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
    },
  },
);

function domainImports(...more) {
  return {
    paths: [
      {
        name: 'node:crypto',
        importNames: ['randomUUID', 'randomBytes', 'randomInt', 'getRandomValues'],
        message: ownChance,
      },
    ],
    patterns: [
      { regex: '^node:(?!(assert|crypto|url|util|util/types)$)', message: 'Domain code does no I/O.' },
      {
        group: ['@nestjs/*', '@nats-io/*', '@slack/*', 'typeorm', 'pg', 'pino', 'rxjs', 'prom-client'],
        message: 'Domain code knows no framework, no server and no vendor client.',
      },
      {
        group: ['@gomon/*', '!@gomon/contracts'],
        message: 'Domain code stands on @gomon/contracts alone.',
      },
      ...more,
    ],
  };
}

/** A focused test keeps all others from running. */
function focused(object) {
  return { object, property: 'only', message: 'A focused test keeps the others from running.' };
}
