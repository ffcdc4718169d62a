import { Stage } from '../api-gateway.spec-support.js';
import { examples } from '../docs/examples.js';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
}, 60_000);
afterAll(() => stage?.close());
beforeEach(() => {
  stage.correlator.forget();
  stage.correlator.commandAnswer = { outcome: 'done', rules: examples.rulesInForce };
});

const { rules } = examples;

describe('the rules', () => {
  it('in force are shown with their text', async () => {
    expect(await stage.call('GET', '/api/v1/rules')).toMatchObject({ status: 200, body: rules });
    expect(stage.correlator.asked).toEqual([{ query: 'getRules', question: {} }]);
  });

  it('are the default when none were ever applied, which is 404', async () => {
    stage.correlator.reply = () => ({ answer: { rules: null } });
    const { status, body } = await stage.call('GET', '/api/v1/rules');
    expect([status, body['detail']]).toEqual([404, 'No rules were ever applied: the default is in force.']);
  });

  it('of every version can be read', async () => {
    expect((await stage.call('GET', '/api/v1/rules/versions?limit=3')).body).toEqual(examples.rulesVersions);
    expect((await stage.call('GET', '/api/v1/rules/versions/7')).body).toEqual(rules);
    expect(stage.correlator.asked).toEqual([
      { query: 'listRules', question: { limit: 3 } },
      { query: 'getRules', question: { version: 7 } },
    ]);
    expect((await stage.call('GET', '/api/v1/rules/versions/0')).status).toBe(400);
  });

  it('say how often each has matched', async () => {
    expect((await stage.call('GET', '/api/v1/rules/usage')).body).toEqual(examples.ruleUsage);
    expect(stage.correlator.asked).toEqual([{ query: 'ruleUsage', question: {} }]);
    expect((await stage.call('GET', '/api/v1/rules/usage?limit=3')).status).toBe(400);
  });

  it('are applied by a command', async () => {
    const body = { content: 'quiet_after_resolve: 2h\n', note: 'longer' };
    const { status, body: shown } = await stage.call('PUT', '/api/v1/rules', { body });
    expect([status, shown]).toEqual([200, examples.rulesInForce]);
    expect(stage.correlator.commands).toMatchObject([
      { type: 'gomon.command.v1.apply-rules', data: { actor: { kind: 'api', id: 'ops' }, ...body } },
    ]);
  });

  it('are put back by a command', async () => {
    const body = { version: 6 };
    const { status, body: shown } = await stage.call('POST', '/api/v1/rules/rollback', { body });
    expect([status, shown]).toEqual([200, examples.rulesInForce]);
    expect(stage.correlator.commands).toMatchObject([
      { type: 'gomon.command.v1.roll-back-rules', data: body },
    ]);
  });

  it('that are bad are refused with each fault and its place, and nothing is sent', async () => {
    const content = 'quiet_after_resolve: soon\nseverity:\n  - severity: P9\n';
    const { status, body } = await stage.call('PUT', '/api/v1/rules', { body: { content } });
    expect([status, body['detail']]).toEqual([400, expect.stringContaining('Line 1, column 22: ')]);
    expect(body['faults']).toMatchObject([
      { line: 1, column: 22, path: 'quiet_after_resolve' },
      { line: 3, column: 15, path: 'severity[0].severity' },
    ]);
    expect(stage.correlator.commands).toEqual([]);
  });

  it('explain what would happen, without anything happening', async () => {
    const labels = { alertname: 'A' };
    const { status, body } = await stage.call('POST', '/api/v1/rules/explain', { body: { labels } });
    expect([status, body]).toEqual([200, examples.explanation]);
    expect(stage.correlator.asked).toEqual([
      {
        query: 'explain',
        question: { labels, source: { kind: 'grafana', instance: 'default' }, scope: 'default' },
      },
    ]);
    expect(stage.correlator.commands).toEqual([]);
  });

  it('are shown to nobody without a token', async () => {
    expect((await stage.call('GET', '/api/v1/rules', { token: 'wrong-token' })).status).toBe(401);
  });
});
