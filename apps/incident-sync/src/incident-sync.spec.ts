import { INCIDENT, INCIDENT_ID, PROBLEM_ID, problemView, Story, type Sync } from './story.spec-support.js';

let story: Story;
let sync: Sync;

beforeEach(async () => {
  story = await Story.begin();
  sync = await story.start();
});

afterEach(() => story.end());

const creations = () =>
  story.opsgenie.received.filter(({ method, path }) => `${method} ${path}` === 'POST /v1/incidents/create');
const isLinked = (recorded: readonly { readonly kind: string }[]) =>
  recorded.some(({ kind }) => kind === 'linked');

describe('an incident', () => {
  it('is created, found by its tag, linked, and resolved with its problem', async () => {
    const problem = problemView();
    await story.fact(problem);
    await story.shows('open');
    await story.untilRecorded(isLinked);
    const [incident] = story.opsgenie.incidents;
    expect(incident).toMatchObject({ message: 'DiskFull', priority: 'P2' });
    expect(incident?.tags).toContain(`gomon:${INCIDENT_ID}`);
    expect(incident?.details).toMatchObject({ problem: PROBLEM_ID, alertname: 'DiskFull', severity: 'P1' });
    expect(story.recorded).toMatchObject([
      {
        kind: 'linked',
        linked: {
          opsgenieIncidentId: incident?.id,
          externalUrl: `${story.opsgenie.url}/incident/detail/${incident?.id ?? ''}`,
          providerStatus: 'open',
        },
      },
    ]);
    await story.fact(story.over(problem));
    await story.shows('resolved');
    await story.untilRecorded((recorded) => recorded.length === 2);
    expect(story.recorded[1]).toMatchObject({ linked: { providerStatus: 'resolved' } });
    expect(incident?.timeline.at(-1)?.text).toBe('GoMon: its source reports the end');
  });

  it('is one, however often its facts are delivered', async () => {
    const problem = problemView();
    for (const id of ['a', 'b', 'c']) await story.fact(problem, id);
    await story.fact({ ...problem, version: 2, title: 'DiskFull (95 %)' });
    await story.settled();
    expect(story.opsgenie.incidents).toHaveLength(1);
    expect(creations()).toHaveLength(1);
  });

  it('stays open when an older word of its end comes late, whatever came between', async () => {
    const problem = problemView();
    for (const version of [1, 2, 9]) {
      await story.fact({ ...problem, version });
      await story.shows('open');
      await story.settled();
    }
    for (const late of [3, 8]) await story.fact(story.over(problem, late));
    await story.settled();
    expect(story.opsgenie.incidents.map(({ status }) => status)).toEqual(['open']);
  });

  it('is opened again with its problem', async () => {
    const problem = problemView();
    await story.fact(problem);
    await story.shows('open');
    await story.fact(story.over(problem));
    await story.shows('resolved');
    await story.fact({ ...problem, version: 3 });
    await story.shows('open');
    expect(story.opsgenie.incidents).toHaveLength(1);
  });

  it('of a problem that became part of another one is closed, and names the problem and the incident that go on', async () => {
    const problem = problemView();
    const survivor = problemView({
      id: '0195a1b2-0000-7000-8000-000000000003',
      title: 'NodeDown',
      incident: { ...INCIDENT, id: '0195a1b2-0000-7000-8000-000000000004' },
    });
    await story.fact(survivor);
    await story.untilRecorded((recorded) => recorded.length === 1);
    await story.fact(problem);
    await story.untilRecorded((recorded) => recorded.length === 2);
    const [first] = story.recorded;
    if (first?.kind !== 'linked' || survivor.incident === undefined) throw new Error('it is linked');
    const { linked } = first;
    story.others.set(survivor.id, { ...survivor, incident: { ...survivor.incident, linked } });
    await story.fact(story.merged(problem, survivor.id));
    await story.shows('open', 'closed');
    await story.untilRecorded((recorded) => recorded.length === 3);
    expect(story.recorded[2]).toMatchObject({ linked: { providerStatus: 'resolved' } });
    const [onWith, closed] = story.opsgenie.incidents;
    expect(closed?.timeline.slice(-2).map(({ text }) => text)).toEqual([
      'closed',
      `GoMon: part of problem ${survivor.id} (NodeDown), incident ${linked.externalUrl}: merged by Alice`,
    ]);
    const closedUrl = `${story.opsgenie.url}/incident/detail/${closed?.id ?? ''}`;
    await story.opsgenie.until(() => onWith?.timeline.length === 2);
    expect(onWith?.timeline.at(-1)?.text).toBe(
      `GoMon: problem ${problem.id} (DiskFull) is part of this; its incident ${closedUrl} is closed`,
    );
  });

  it('of such a problem names what is known where the other one has none, or is part of a third', async () => {
    const problem = problemView();
    const [next, last] = ['5', '6'].map((digit) => `0195a1b2-0000-7000-8000-00000000000${digit}`);
    if (next === undefined || last === undefined) throw new Error('two were made');
    await story.fact(problem);
    await story.untilRecorded(isLinked);
    const { incident: _, ...plain } = problemView({ id: last, title: 'ZoneDown' });
    story.others.set(next, story.merged(problemView({ id: next }), last));
    story.others.set(last, plain);
    await story.fact(story.merged(problem, next));
    await story.shows('closed');
    expect(story.opsgenie.incidents[0]?.timeline.at(-1)?.text).toBe(
      `GoMon: part of problem ${last} (ZoneDown): merged by Alice`,
    );
  });

  it('is left alone where a person has resolved or deleted it', async () => {
    const problem = problemView();
    await story.fact(problem);
    await story.shows('open');
    await story.untilRecorded(isLinked);
    story.opsgenie.act(story.opsgenie.incidents[0]?.id ?? '', 'close');
    await story.fact(story.over(problem));
    await story.untilRecorded((recorded) => recorded.length === 2);
    expect(story.opsgenie.incidents).toMatchObject([{ status: 'closed' }]);
    expect(story.recorded[1]).toMatchObject({ linked: { providerStatus: 'resolved' } });
  });

  it('is not created for a problem without one, or one that was over before', async () => {
    const { incident: _, ...plain } = problemView();
    await story.fact(plain);
    await story.fact(story.over(problemView({ id: '0195a1b2-0000-7000-8000-000000000009' })));
    await story.settled();
    expect(story.opsgenie.received).toEqual([]);
  });

  it('is not created by an older word than that of its end', async () => {
    const problem = problemView();
    await story.fact(story.over(problem));
    await story.settled();
    await story.fact(problem);
    await story.settled();
    expect(story.opsgenie.received).toEqual([]);
  });

  it.each([
    ['a title of 200 characters', { title: '🚒'.repeat(200) }],
    [
      'long texts and labels',
      {
        primary: {
          alertId: PROBLEM_ID,
          labels: Object.fromEntries(
            Array.from({ length: 100 }, (_, n) => [`label-${n}`, 'v'.repeat(2_000)]),
          ),
          annotations: { description: 'd'.repeat(40_000) },
          about: {},
        },
      },
    ],
  ])('with %s is taken', async (_name, more) => {
    await story.fact(problemView(more));
    await story.shows('open');
    expect(story.recorded.filter(({ kind }) => kind === 'failed')).toEqual([]);
  });
});

describe('while Opsgenie', () => {
  it('does not take the key, the service is not ready, says so, and goes on when it does', async () => {
    story.opsgenie.faults.add({ kind: '401', times: 1 });
    await story.fact(problemView());
    await story.untilRecorded(([first]) => first?.kind === 'failed');
    expect(story.recorded[0]).toMatchObject({
      reason: expect.stringContaining('does not take our key') as string,
    });
    const { indicators } = await sync.runtime.health.readiness();
    expect(indicators['opsgenie']).toMatchObject({ ok: false });
  });

  it('refuses an incident, the reason is recorded and it is tried again later', async () => {
    story.opsgenie.faults.add({ kind: 'fail-request', message: 'No team called shop' });
    await story.fact(problemView());
    await story.untilRecorded(([first]) => first?.kind === 'failed');
    expect(story.recorded).toMatchObject([{ reason: 'Opsgenie refuses it: No team called shop' }]);
    await story.fact({ ...problemView(), version: 2 });
    await story.shows('open');
  });

  it('asks to wait, it is created after that', async () => {
    story.opsgenie.faults.add({ kind: '429', times: 2 });
    await story.fact(problemView());
    await story.shows('open');
    expect(creations()).toHaveLength(3);
  });
});
