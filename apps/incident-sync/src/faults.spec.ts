import { BUCKETS } from '@gomon/messaging';
import { Kvm } from '@nats-io/kv';
import { INCIDENT_ID, problemView, Story } from './story.spec-support.js';

let story: Story;

beforeEach(async () => {
  story = await Story.begin();
});

afterEach(() => story.end());

describe('there is one incident in the end when its creation', () => {
  it.each([
    '500',
    '503',
    'hang',
    'drop',
    'lost-answer',
    'html',
    'empty',
    'malformed',
    'never-decided',
  ] as const)(
    'meets %s',
    async (kind) => {
      await story.start();
      story.opsgenie.faults.add({ method: 'POST /v1/incidents/create', kind });
      await story.fact(problemView());
      await story.untilRecorded((recorded) => recorded.some((each) => each.kind === 'linked'));
      await story.settled();
      expect(story.opsgenie.incidents.map(({ status }) => status)).toEqual(['open']);
    },
    60_000,
  );

  it.each(['GET /v1/incidents/requests', 'GET /v1/incidents'])(
    'is followed while %s fails',
    async (method) => {
      await story.start();
      story.opsgenie.faults.add({ method: 'POST /v1/incidents/create', kind: 'lost-answer' });
      story.opsgenie.faults.add({ method, kind: '500', times: 2 });
      await story.fact(problemView());
      await story.untilRecorded((recorded) => recorded.some((each) => each.kind === 'linked'));
      expect(story.opsgenie.incidents).toHaveLength(1);
    },
    60_000,
  );

  it('was begun by a process that died before its call', async () => {
    await story.claimIs({ state: 'creating', owner: 'dead', at: Date.now() - 60_000, retried: false });
    await story.start();
    await story.fact(problemView());
    await story.shows('open');
  });

  it('was done by a process that died before it said so', async () => {
    const created = await fetch(`${story.opsgenie.url}/v1/incidents/create`, {
      method: 'POST',
      headers: { authorization: 'GenieKey key' },
      body: JSON.stringify({ message: 'DiskFull', tags: [`gomon:${INCIDENT_ID}`] }),
    });
    expect(created.status).toBe(202);
    await story.shows('open');
    await story.claimIs({ state: 'creating', owner: 'dead', at: Date.now() - 60_000, retried: false });
    await story.start();
    await story.fact(problemView());
    await story.untilRecorded((recorded) => recorded.some((each) => each.kind === 'linked'));
    await story.settled();
    expect(story.opsgenie.incidents).toHaveLength(1);
  }, 60_000);

  it('is asked of two processes at once', async () => {
    await Promise.all([story.start(), story.start()]);
    const problem = problemView();
    await Promise.all([1, 2, 3, 4].map((version) => story.fact({ ...problem, version })));
    await story.settled();
    expect(story.opsgenie.incidents).toHaveLength(1);
  });

  it('was made twice: the second is closed', async () => {
    await story.start({ OPSGENIE_SETTLE_MS: '6000' });
    story.opsgenie.faults.add({ method: 'POST /v1/incidents/create', kind: 'lost-answer' });
    story.opsgenie.faults.add({ method: 'GET /v1/incidents', kind: '500', times: 1 });
    await story.fact(problemView());
    await story.shows('open');
    await fetch(`${story.opsgenie.url}/v1/incidents/create`, {
      method: 'POST',
      headers: { authorization: 'GenieKey key' },
      body: JSON.stringify({ message: 'late', tags: [`gomon:${INCIDENT_ID}`] }),
    });
    await story.shows('open', 'open');
    await story.settled();
    expect(story.opsgenie.incidents.map(({ status }) => status)).toEqual(['open', 'resolved']);
  }, 60_000);
});

describe('while Opsgenie is away', () => {
  it('it is said, and the incident is created when it is back', async () => {
    await story.start();
    story.opsgenie.faults.add({ kind: '503', times: 0 });
    await story.fact(problemView());
    await story.untilRecorded(([first]) => first?.kind === 'failed');
    expect(story.recorded[0]).toMatchObject({
      reason: 'Opsgenie cannot be reached: the incident is created there as soon as it is back',
    });
    story.opsgenie.faults.clear();
    await story.shows('open');
  }, 60_000);

  it('a problem that ends meanwhile gets none', async () => {
    await story.start();
    story.opsgenie.faults.add({ kind: '503', times: 0 });
    const problem = problemView();
    await story.fact(problem);
    await story.untilRecorded(([first]) => first?.kind === 'failed');
    await story.fact(story.over(problem));
    story.opsgenie.faults.clear();
    await story.settled();
    expect(story.opsgenie.incidents).toEqual([]);
  }, 60_000);
});

it('an incident whose claim is lost is known from the record', async () => {
  await story.start();
  const problem = problemView();
  await story.fact(problem);
  await story.untilRecorded((recorded) => recorded.some((each) => each.kind === 'linked'));
  await story.settled();
  const [linked] = story.recorded.flatMap((each) => (each.kind === 'linked' ? [each.linked] : []));
  const bucket = await new Kvm(story.nats.jetstream).open(BUCKETS.incidentClaims);
  await bucket.destroy();
  const { incident } = problem;
  if (incident === undefined || linked === undefined) throw new Error('nothing was linked');
  await story.fact(story.over({ ...problem, incident: { ...incident, linked } }));
  await story.shows('resolved');
  expect(story.opsgenie.incidents).toHaveLength(1);
});
