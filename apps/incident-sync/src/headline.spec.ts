import { PROBLEM_ID, problemView, Story } from './story.spec-support.js';

const NODE_ALERT = '0195a1b2-0000-7000-8000-00000000000a';
const WHY = 'KubeNodeNotReady, 20 s before 3 alerts that follow from it';
const NOTE = `GoMon: likely cause: ${WHY}`;

const POD = problemView({ title: 'KubePodNotReady' });
/** The same problem when its likely cause is known. */
const NODE = {
  ...POD,
  version: 2,
  title: 'KubeNodeNotReady',
  primary: { ...POD.primary, alertId: NODE_ALERT },
  likelyCause: { why: WHY, score: 0.9 },
};

let story: Story;

beforeEach(async () => {
  story = await Story.begin();
});

afterEach(() => story.end());

const incident = () => {
  const [only] = story.opsgenie.incidents;
  if (only === undefined) throw new Error('there is no incident');
  return only;
};
const called = (message: string) =>
  story.opsgenie.until(({ incidents }) => incidents.some((each) => each.message === message));
const noted = () =>
  story.opsgenie.until(({ incidents }) =>
    incidents.some(({ timeline }) => timeline.some(({ text }) => text === NOTE)),
  );

/** What was sent to change it, in order. */
const sent = () =>
  story.opsgenie.received
    .filter(({ method, path }) => method === 'PUT' || path.endsWith('/notes'))
    .map(({ body }) => JSON.parse(body) as Readonly<Record<string, string>>);
const notes = () => sent().filter(({ note }) => note !== undefined);

/** It is in Opsgenie, and known to be. */
async function opened(problem = POD): Promise<void> {
  await story.start();
  await story.fact(problem);
  await story.untilRecorded((recorded) => recorded.some(({ kind }) => kind === 'linked'));
  await story.settled();
}

async function told(...problems: readonly (typeof POD)[]): Promise<void> {
  for (const problem of problems) {
    await story.fact(problem, `${problem.version}.${story.opsgenie.received.length}`);
    await story.settled();
  }
}

describe('the title of an incident', () => {
  it('becomes that of the likely cause, and one note says why', async () => {
    await opened();
    await told(NODE);
    expect(incident()).toMatchObject({ message: 'KubeNodeNotReady', priority: 'P2', status: 'open' });
    await noted();
    expect(sent()).toEqual([{ message: 'KubeNodeNotReady' }, { note: NOTE }]);
  });

  it('changes without a note where the cause is the same, or another alert of the same title', async () => {
    await opened(NODE);
    await told({ ...NODE, version: 3, title: 'KubeNodeNotReady (2)' });
    const other = { ...NODE.primary, alertId: PROBLEM_ID };
    await told({ ...NODE, version: 4, title: 'KubeNodeNotReady (2)', primary: other });
    await told({ ...NODE, version: 5, title: 'KubeNodeNotReady (3)', primary: other });
    expect(sent()).toEqual([{ message: 'KubeNodeNotReady (2)' }, { message: 'KubeNodeNotReady (3)' }]);
  });

  it('is cut as it is when the incident is created', async () => {
    await opened();
    await told({ ...POD, version: 2, title: '🚒'.repeat(200) });
    expect(incident().message).toBe(`${'🚒'.repeat(129)}…`);
    await told({ ...POD, version: 3, title: `${'🚒'.repeat(150)} more` });
    expect(sent()).toHaveLength(1);
  });

  it('that changes before its creation is decided is brought after it', async () => {
    story.opsgenie.faults.add({ method: 'GET /v1/incidents/requests', kind: '500' });
    await story.start();
    await story.fact(POD);
    await story.shows('open');
    await told(NODE);
    expect(incident().message).toBe('KubeNodeNotReady');
    expect(notes()).toEqual([{ note: NOTE }]);
  });

  it('of a person stays until ours changes again', async () => {
    await opened();
    incident().message = 'Alice is on it';
    await told({ ...POD, version: 2 }, { ...POD, version: 3, severity: 'P0' });
    expect(incident()).toMatchObject({ message: 'Alice is on it', priority: 'P1' });
    await told({ ...NODE, version: 4, severity: 'P0' });
    expect(incident()).toMatchObject({ message: 'KubeNodeNotReady', priority: 'P1' });
  });

  it('stays what it was when the problem ends, and follows when it is opened again', async () => {
    await opened();
    const over = story.over(POD);
    await told({ ...over, title: 'KubeNodeNotReady', severity: 'P0' });
    await told({ ...over, version: 3, title: 'KubeNodeNotReady (2)' });
    expect(incident()).toMatchObject({ message: 'KubePodNotReady', priority: 'P2', status: 'resolved' });
    expect(sent()).toEqual([]);
    await told({ ...NODE, version: 4 });
    expect(incident()).toMatchObject({ message: 'KubeNodeNotReady', status: 'open' });
  });

  it('that has changed back is brought back, also when nobody knows whether the change came', async () => {
    await opened();
    story.opsgenie.faults.add({ method: 'PUT', kind: 'lost-answer' });
    await story.fact(NODE);
    await called('KubeNodeNotReady');
    await told({ ...POD, version: 3 });
    expect(incident().message).toBe('KubePodNotReady');
  });
});

describe('the priority of an incident', () => {
  it('follows the severity of its problem, up and down', async () => {
    await opened();
    await told({ ...POD, version: 2, severity: 'P0' });
    expect(incident()).toMatchObject({ message: 'KubePodNotReady', priority: 'P1' });
    await told({ ...POD, version: 3, severity: 'P3' });
    expect(sent()).toEqual([{ priority: 'P1' }, { priority: 'P4' }]);
    expect(incident().priority).toBe('P4');
  });

  it('of a person stays until ours changes again', async () => {
    await opened();
    incident().priority = 'P5';
    await told({ ...NODE, version: 2 });
    expect(incident()).toMatchObject({ message: 'KubeNodeNotReady', priority: 'P5' });
    await told({ ...NODE, version: 3, severity: 'P0' });
    expect(incident().priority).toBe('P1');
  });
});

describe('nothing is sent', () => {
  it('where neither title nor priority has changed', async () => {
    await opened();
    const before = story.opsgenie.received.length;
    await told({ ...POD, version: 2 }, { ...POD, version: 3 }, { ...POD, version: 7 });
    expect(story.opsgenie.received).toHaveLength(before);
  });

  it('twice for a fact that is delivered twice', async () => {
    await opened();
    const worse = { ...NODE, severity: 'P0' } as const;
    for (const id of ['a', 'b', 'c']) await story.fact(worse, id);
    await story.settled();
    await told(worse, { ...worse, version: 3 });
    expect(sent()).toEqual([{ message: 'KubeNodeNotReady' }, { note: NOTE }, { priority: 'P1' }]);
  });

  it('by an older word than the newest', async () => {
    await opened();
    await told({ ...NODE, version: 4 });
    await told({ ...POD, version: 2 }, { ...POD, version: 3, severity: 'P0' });
    expect(incident()).toMatchObject({ message: 'KubeNodeNotReady', priority: 'P2' });
  });
});

describe('title and priority are brought in the end, with one note, when Opsgenie', () => {
  it.each([
    '429',
    '500',
    '503',
    'hang',
    'drop',
    'lost-answer',
    'html',
    'empty',
    'malformed',
    'never-decided',
  ] as const)('meets the changes with %s', async (kind) => {
    await opened();
    story.opsgenie.faults.add({ method: `PUT /v1/incidents/${incident().id}/message`, kind });
    story.opsgenie.faults.add({ method: `PUT /v1/incidents/${incident().id}/priority`, kind });
    await told({ ...NODE, severity: 'P0' });
    expect(incident()).toMatchObject({ message: 'KubeNodeNotReady', priority: 'P1' });
    await noted();
    expect(notes()).toHaveLength(1);
  });

  it('limits the note', async () => {
    await opened();
    story.opsgenie.faults.add({ method: `POST /v1/incidents/${incident().id}/notes`, kind: '429' });
    await told(NODE);
    await noted();
    expect(sent()).toEqual([{ message: 'KubeNodeNotReady' }, { note: NOTE }, { note: NOTE }]);
  });
});

describe('what Opsgenie refuses is not tried again:', () => {
  it.each(['422', 'fail-request'] as const)('a title, by %s, until there is another one', async (kind) => {
    await opened();
    story.opsgenie.faults.add({ method: 'PUT', kind });
    await told(NODE, { ...NODE, version: 3 }, { ...NODE, version: 5 });
    expect(sent()).toEqual([{ message: 'KubeNodeNotReady' }]);
    expect(incident().message).toBe('KubePodNotReady');
    await told({ ...NODE, version: 6, title: 'KubeNodeNotReady (2)' });
    expect(incident().message).toBe('KubeNodeNotReady (2)');
  });

  it.each(['422', '500'] as const)('a note, by %s', async (kind) => {
    await opened();
    story.opsgenie.faults.add({ method: `POST /v1/incidents/${incident().id}/notes`, kind });
    await told(NODE, { ...NODE, version: 3 });
    expect(sent()).toEqual([{ message: 'KubeNodeNotReady' }, { note: NOTE }]);
  });

  it('anything about an incident that a person has deleted', async () => {
    await opened();
    story.opsgenie.act(incident().id, 'delete');
    const worse = { ...NODE, severity: 'P0' } as const;
    await told(worse, { ...worse, version: 3 });
    expect(sent()).toEqual([{ message: 'KubeNodeNotReady' }, { priority: 'P1' }]);
  });
});

describe('a claim of the version before', () => {
  it('knows of no title and no priority: both are brought once, without a note', async () => {
    await opened(NODE);
    const opsgenieIncidentId = incident().id;
    await story.claimIs({ state: 'linked', opsgenieIncidentId, providerStatus: 'open', version: 2 });
    incident().message = 'KubePodNotReady';
    await told({ ...NODE, version: 3 }, { ...NODE, version: 4 }, { ...NODE, version: 6 });
    expect(sent()).toEqual([{ message: 'KubeNodeNotReady' }, { priority: 'P2' }]);
    expect(incident().message).toBe('KubeNodeNotReady');
  });

  it('of a creation that was under way is the same', async () => {
    await opened();
    const found = { state: 'creating', owner: 'dead', at: Date.now() - 60_000, retried: false };
    await story.claimIs(found);
    await told(NODE);
    expect(incident().message).toBe('KubeNodeNotReady');
    expect(story.opsgenie.incidents).toHaveLength(1);
    expect(notes()).toEqual([]);
  });
});

it.each([
  ['goes on', 'open'],
  ['has ended meanwhile', 'resolved'],
] as const)('a note that was not left before a crash is left when the problem %s', async (_name, status) => {
  await opened();
  await story.claimIs({
    state: 'linked',
    opsgenieIncidentId: incident().id,
    providerStatus: 'open',
    version: 1,
    headline: { message: 'KubeNodeNotReady', priority: 'P2', primaryId: NODE_ALERT },
    note: NOTE,
  });
  await told(status === 'open' ? NODE : story.over(POD));
  expect(sent()).toEqual([{ note: NOTE }]);
  expect(incident().status).toBe(status);
});
