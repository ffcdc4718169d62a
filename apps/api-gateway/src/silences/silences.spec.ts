import { fieldsOf, Stage } from '../api-gateway.spec-support.js';
import { examples } from '../docs/examples.js';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
}, 60_000);
afterAll(() => stage?.close());
beforeEach(() => stage.correlator.forget());

const { silence } = examples;
const path = '/api/v1/silences';

describe('silences', () => {
  it('are made by a command, with times and spans as people write them', async () => {
    const body = {
      matchers: ['team="shop"', 'instance=~"db-.*"'],
      startsAt: '2026-03-05T11:00:00+02:00',
      duration: '1h30m',
      comment: 'the database moves',
      recurrence: { rrule: 'FREQ=WEEKLY;BYDAY=SU', timezone: 'Europe/Berlin', duration: '2h' },
    };
    expect(await stage.call('POST', path, { body })).toMatchObject({
      status: 201,
      body: examples.silenceView,
    });
    expect(stage.correlator.commands).toMatchObject([
      {
        type: 'gomon.command.v1.create-silence',
        data: {
          actor: { kind: 'api', id: 'ops' },
          matchers: [
            { name: 'team', operator: '=', value: 'shop' },
            { name: 'instance', operator: '=~', value: 'db-.*' },
          ],
          startsAt: '2026-03-05T09:00:00.000Z',
          forMs: 5_400_000,
          recurrence: { rrule: 'FREQ=WEEKLY;BYDAY=SU', timezone: 'Europe/Berlin', durationMs: 7_200_000 },
          comment: 'the database moves',
        },
      },
    ]);
  });

  it.each([
    ['POST', path, 201],
    ['PUT', `${path}/${silence.id}`, 200],
  ])('are answered with what one should know of them: %s', async (method, where, status) => {
    const warned = { ...examples.silenceView, warnings: ['a P0 is among them'] };
    stage.correlator.reply = () => ({ answer: { silence: warned } });
    const body = { matchers: ['team="shop"'], comment: 'c' };
    expect(await stage.call(method, where, { body })).toMatchObject({ status, body: warned });
    stage.correlator.commandAnswer = undefined;
    expect(await stage.call(method, where, { body })).toMatchObject({ status: 202 });
  });

  it.each([
    ['POST', path, 201],
    ['PUT', `${path}/${silence.id}`, 200],
  ])('are made and changed also when nobody can say what they mute: %s', async (method, where, status) => {
    stage.correlator.reply = () => undefined;
    const body = { matchers: ['team="shop"'], comment: 'c' };
    const answer = await stage.call(method, where, { body });
    expect([answer.status, answer.body]).toEqual([status, silence]);
  });

  it.each([
    [{ alert: examples.id }, { kind: 'alert', id: examples.id }],
    [{ problem: examples.id }, { kind: 'problem', id: examples.id }],
  ])('of one alert name it: %j', async (one, target) => {
    const body = { ...one, untilResolved: true, comment: 'known' };
    expect((await stage.call('POST', path, { body })).status).toBe(201);
    expect(stage.correlator.commands).toMatchObject([
      { data: { target, untilResolved: true, matchers: [] } },
    ]);
  });

  it.each([
    [{ matchers: ['team'], duration: '1h', comment: 'c' }, ['matchers[0]']],
    [{ matchers: ['a=~"("'], duration: '1h', comment: 'c' }, ['matchers[0]']],
    [{ matchers: ['a=b'], duration: 'soon', comment: 'c' }, ['duration']],
    [{ matchers: ['a=b'], endsAt: 'tomorrow', comment: 'c' }, ['endsAt']],
    [{ matchers: ['a=b'], duration: '1h' }, ['comment']],
    [{ matchers: ['a=b'], duration: '1h', comment: 'c', until: 'x' }, ['until']],
    [{ alert: examples.id, problem: examples.id, duration: '1h', comment: 'c' }, ['problem']],
    [
      {
        matchers: ['a=b'],
        comment: 'c',
        recurrence: { rrule: 'FREQ=DAILY', timezone: 'UTC', duration: '1s' },
      },
      ['recurrence.duration'],
    ],
  ])('that nobody can understand are refused with their field: %j', async (body, fields) => {
    const answer = await stage.call('POST', path, { body });
    expect([answer.status, fieldsOf(answer)]).toEqual([400, fields]);
    expect(stage.correlator.commands).toEqual([]);
  });

  it('that cannot be are refused with the field, as the correlator says', async () => {
    stage.correlator.commandAnswer = { outcome: 'refused', message: 'endsAt: it is over already' };
    const body = { matchers: ['a=b'], endsAt: '2020-01-01T00:00:00Z', comment: 'c' };
    const answer = await stage.call('POST', path, { body });
    expect([answer.status, answer.body['errors']]).toEqual([
      422,
      [{ field: 'endsAt', message: 'it is over already' }],
    ]);
  });

  it('are changed and ended by commands', async () => {
    const one = `${path}/${silence.id}`;
    const body = { endsAt: '2026-03-05T12:00:00Z' };
    expect((await stage.call('PUT', one, { body })).status).toBe(200);
    expect((await stage.call('DELETE', one, { body: { reason: 'moved' } })).status).toBe(200);
    expect(stage.correlator.commands).toMatchObject([
      {
        type: 'gomon.command.v1.update-silence',
        data: { silenceId: silence.id, endsAt: '2026-03-05T12:00:00.000Z' },
      },
      { type: 'gomon.command.v1.expire-silence', data: { silenceId: silence.id, reason: 'moved' } },
    ]);
  });

  it('are listed, shown and looked at before they are made', async () => {
    expect((await stage.call('GET', `${path}?state=active,pending&limit=2`)).body).toEqual(
      examples.silencesPage,
    );
    expect((await stage.call('GET', `${path}/${silence.id}`)).body).toEqual(examples.silenceView);
    const preview = await stage.call('POST', `${path}/preview`, { body: { matchers: ['team="shop"'] } });
    expect([preview.status, preview.body]).toEqual([200, examples.silencePreview]);
    expect(stage.correlator.asked.map(({ query, question }) => [query, question])).toEqual([
      ['listSilences', { limit: 2, state: ['active', 'pending'] }],
      ['getSilence', { id: silence.id }],
      ['previewSilence', { matchers: [{ name: 'team', operator: '=', value: 'shop' }] }],
    ]);
    stage.correlator.reply = () => ({ answer: { silence: null } });
    expect((await stage.call('GET', `${path}/${silence.id}`)).status).toBe(404);
  });
});

describe('alerts', () => {
  it('are filtered by whether they are muted', async () => {
    await stage.call('GET', '/api/v1/alerts?muted=true');
    await stage.call('GET', '/api/v1/alerts?muted=false');
    expect(stage.correlator.asked.map(({ question }) => question)).toMatchObject([
      { muted: true },
      { muted: false },
    ]);
    expect((await stage.call('GET', '/api/v1/alerts?muted=maybe')).status).toBe(400);
  });

  it('say why', async () => {
    expect((await stage.call('GET', `/api/v1/alerts/${examples.id}/why`)).body).toEqual(examples.why);
    stage.correlator.reply = () => ({ answer: { why: null } });
    expect((await stage.call('GET', `/api/v1/alerts/${examples.id}/why`)).status).toBe(404);
  });
});
