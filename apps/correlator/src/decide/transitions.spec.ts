import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { TRANSITIONS, type Transition } from './transitions.js';

const path = fileURLToPath(new URL('../../../../docs/reference/transitions.md', import.meta.url));

const rows = (Object.entries(TRANSITIONS) as readonly (readonly [string, Transition])[]).map(
  ([name, { who, from, action, told, does }]) =>
    `| \`${name}\` | ${who === 'system' ? 'the services' : who} | ${from} | ${action === '' ? '' : `\`${action}\``} | ${told} | ${does} |`,
);

const expected = `# What people can do with a problem

<!-- Written by a test from apps/correlator/src/decide/transitions.ts. Do not edit: UPDATE_DOCS=1 npm test -- transitions -->

Each is a command, which buttons in Slack and the REST API send. Who may is the least role of the [rules](rules.md); a command that comes too late, or again, does nothing and says why. What is done leaves a line in \`alert_actions\` for each alert that it is about: who, when, from where, why, and what it was before. The problem gets a new version, which its receivers are told: announced means that they ask for attention.

| command | who may | of a problem that is | in the audit | told | what it does |
| ------- | ------- | -------------------- | ------------ | ---- | ------------ |
${rows.join('\n')}
`;

it('every transition is documented as it is', () => {
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(path, expected);
  expect(readFileSync(path, 'utf8')).toBe(expected);
});
