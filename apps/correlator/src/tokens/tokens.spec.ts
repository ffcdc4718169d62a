import type { Actor, Role, TokenCommand } from '@gomon/contracts';
import { book, startTestDatabase, type TestDatabase } from '../database/test-database.spec-support.js';
import { doTokenCommand } from './do-token-command.js';
import { findToken, listTokens } from './tokens.js';

let test: TestDatabase;

beforeAll(async () => {
  test = await startTestDatabase();
});

afterAll(() => test.stop());

const OPS: Actor = { kind: 'api', id: 'ops' };
const hashOf = (digit: string) => digit.repeat(64);
let sent = 0;

function command(name: 'create-token' | 'revoke-token', data: object, id?: string): TokenCommand {
  sent += 1;
  return {
    specversion: '1.0',
    id: id ?? `token-${sent}`,
    source: 'test',
    time: '2026-03-01T10:00:00.000Z',
    type: `gomon.command.v1.${name}`,
    data: { actor: OPS, ...data },
  } as TokenCommand;
}

const act = (one: TokenCommand) => doTokenCommand(test.database, one, book, () => '2026-03-01T10:00:00.000Z');
const create = (name: string, hash: string, role: Role = 'responder', more: object = {}) =>
  act(command('create-token', { name, role, hash, ...more }));

it('a token opens the API by its hash until it is revoked, and its use is noted', async () => {
  expect(await create('deploy-bot', hashOf('a'))).toMatchObject({
    outcome: 'done',
    token: { name: 'deploy-bot', role: 'responder', createdBy: OPS },
  });
  expect(await findToken(test.database, hashOf('a'))).toEqual({ name: 'deploy-bot', role: 'responder' });
  expect(await findToken(test.database, hashOf('b'))).toBeUndefined();
  const [listed] = await listTokens(test.database);
  expect(listed?.lastUsedAt).toBeDefined();
  expect(JSON.stringify(listed)).not.toContain(hashOf('a'));
  expect(await act(command('revoke-token', { name: 'deploy-bot' }))).toMatchObject({
    outcome: 'done',
    token: { revoked: { by: OPS } },
  });
  expect(await findToken(test.database, hashOf('a'))).toBeUndefined();
  expect(await act(command('revoke-token', { name: 'deploy-bot' }))).toMatchObject({ outcome: 'not-found' });
});

it('a name is used once, and so is a hash', async () => {
  await create('once', hashOf('c'));
  expect(await create('once', hashOf('d'))).toMatchObject({ outcome: 'without-effect' });
  expect(await create('other', hashOf('c'))).toMatchObject({ outcome: 'without-effect' });
});

it('a command has one effect, however often it is delivered', async () => {
  const one = command('create-token', { name: 'again', role: 'viewer', hash: hashOf('e') }, 'same');
  expect((await act(one)).outcome).toBe('done');
  expect((await act(one)).outcome).toBe('done');
  expect((await listTokens(test.database)).filter(({ name }) => name === 'again')).toHaveLength(1);
});

it.each(['viewer', 'responder'] as const)('takes an admin: the token of a %s makes none', async (role) => {
  const actor = { kind: 'api', id: 'bot', role };
  expect(await create(`by-${role}`, hashOf('f'), 'admin', { actor })).toMatchObject({
    outcome: 'forbidden',
    message: `the token of bot is for a ${role}: that takes an admin`,
  });
});
