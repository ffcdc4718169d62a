import type { Actor, Labels } from '@gomon/contracts';
import fc from 'fast-check';
import { graphOf } from '../correlate/graph-of.js';
import { NO_TOPOLOGY } from './about.js';
import type { Alert, Problem } from './state.js';
import { firing, over, TogetherStory } from './together.spec-support.js';

const ALICE: Actor = { kind: 'slack', id: 'U1', name: 'Alice' };

const node = fc.constantFrom('worker-1', 'worker-2');
const app = fc.constantFrom('cart', 'pay', 'stock', 'mail');
const labels: fc.Arbitrary<Labels> = fc.oneof(
  node.map((name): Labels => ({ alertname: 'KubeNodeNotReady', node: name })),
  fc
    .tuple(app, node)
    .map(([name, on]): Labels => ({ alertname: 'KubePodNotReady', pod: `${name}-0`, node: on })),
  fc.tuple(app, node).map(([name, on]): Labels => ({ alertname: 'HighLatency', service: name, node: on })),
  app.map((name): Labels => ({ alertname: 'HighErrorRate', service: name })),
  app.map((name): Labels => ({ alertname: 'OrdersOdd', service: name, namespace: 'shop' })),
);

/** What happens, by numbers: which of the alerts and problems that are there then. */
type Step =
  | { readonly kind: 'fires'; readonly labels: Labels; readonly second: number }
  | { readonly kind: 'ends'; readonly alert: number }
  | { readonly kind: 'splits'; readonly problem: number; readonly alerts: readonly number[] }
  | {
      readonly kind: 'moves';
      readonly problem: number;
      readonly alerts: readonly number[];
      readonly to: number;
    }
  | { readonly kind: 'merges'; readonly problem: number; readonly into: number };

const some = fc.array(fc.nat(20), { minLength: 1, maxLength: 4 });
const fires = fc.record({
  kind: fc.constant('fires' as const),
  labels,
  second: fc.integer({ min: 0, max: 200 }),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fires },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('ends' as const), alert: fc.nat(20) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('splits' as const), problem: fc.nat(20), alerts: some }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('moves' as const),
      problem: fc.nat(20),
      alerts: some,
      to: fc.nat(20),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('merges' as const), problem: fc.nat(20), into: fc.nat(20) }),
  },
);
const steps = fc
  .tuple(fc.array(fires, { minLength: 3, maxLength: 8 }), fc.array(step, { minLength: 4, maxLength: 20 }))
  .map(([first, then]) => [...first, ...then]);

/** Plays steps one after another, a second each. */
class Played extends TogetherStory {
  private seconds = 0;

  play(one: Step): void {
    this.seconds += 1;
    const now = `09:1${Math.floor(this.seconds / 60)}:${String(this.seconds % 60).padStart(2, '0')}`;
    switch (one.kind) {
      case 'fires':
        this.report(now, firing(since(one.second), one.labels));
        return;
      case 'ends': {
        const alert = pick(
          this.alerts.filter(({ resolved }) => resolved === undefined),
          one.alert,
        );
        if (alert !== undefined)
          this.report(now, over(alert.startsAt?.slice(11, 19) ?? '', now, alert.said.labels));
        return;
      }
      case 'splits': {
        const problem = pick(this.open, one.problem);
        if (problem === undefined) return;
        const data = { ...aboutIt(problem), alertIds: this.idsIn(problem, one.alerts) };
        this.command(now, { type: 'gomon.command.v1.split-problem', data });
        return;
      }
      case 'moves': {
        const [problem, to] = [pick(this.open, one.problem), pick(this.open, one.to)];
        if (problem === undefined || to === undefined) return;
        const data = { ...aboutIt(problem), alertIds: this.idsIn(problem, one.alerts), to: to.id };
        this.command(now, { type: 'gomon.command.v1.move-alerts', data });
        return;
      }
      case 'merges': {
        const [problem, into] = [pick(this.open, one.problem), pick(this.open, one.into)];
        if (problem === undefined || into === undefined) return;
        const data = { ...aboutIt(problem), into: into.id };
        this.command(now, { type: 'gomon.command.v1.merge-problems', data });
      }
    }
  }

  get open(): readonly Problem[] {
    return this.problems.filter(({ version, resolved }) => version > 0 && resolved === undefined);
  }

  /** As a process that has just started reads it. */
  restart(): void {
    const open = new Map(this.open.map((problem) => [problem.id, problem]));
    const alerts = this.alerts.filter(({ problemId }) => open.has(problemId));
    const read = alerts.map((alert) => ({ alert, muted: open.get(alert.problemId)?.muted }));
    const graph = graphOf(read, this.rules.pack, NO_TOPOLOGY);
    const standings = alerts.flatMap(({ id }) => graph.get(id) ?? []);
    this.graph.apply({ standings: [], over: this.problems.map(({ id }) => id) });
    this.graph.apply({ standings, over: [] });
  }

  private idsIn({ id }: Problem, numbers: readonly number[]): string[] {
    const members = this.alerts.filter(({ problemId }) => problemId === id);
    return numbers.flatMap((number) => pick(members, number)?.id ?? []);
  }
}

const fired = (alertname: string, service: string, more: Labels = {}) => ({
  kind: 'fires' as const,
  labels: { alertname, service, ...more },
  second: 0,
});
const shop = { namespace: 'shop' };
/** What follows from an alert is in another problem, and that of the alert is over. */
const CAUSE_THAT_IS_OVER: Step[] = [
  fired('HighErrorRate', 'cart'),
  fired('HighErrorRate', 'pay'),
  fired('OrdersOdd', 'pay', shop),
  { kind: 'ends', alert: 1 },
  { kind: 'moves', problem: 7, alerts: [0], to: 0 },
  { kind: 'ends', alert: 0 },
  { kind: 'splits', problem: 0, alerts: [0] },
  fired('HighErrorRate', 'cart'),
];
const JOINERS = [fired('OrdersOdd', 'stock', shop), fired('OrdersOdd', 'cart', shop)];
const onNode = { node: 'worker-1' };
/** A problem goes on after its end, and one of its alerts, which others follow from, has ended with it. */
const GOES_ON: Step[] = [
  { kind: 'fires', labels: { alertname: 'KubeNodeNotReady', ...onNode }, second: 0 },
  fired('HighLatency', 'cart', onNode),
  fired('OrdersOdd', 'cart', shop),
  { kind: 'fires', labels: { alertname: 'KubePodNotReady', pod: 'mail-0', ...onNode }, second: 0 },
  { kind: 'ends', alert: 0 },
  fired('HighErrorRate', 'mail'),
  { kind: 'splits', problem: 0, alerts: [6, 18, 12] },
  { kind: 'ends', alert: 15 },
  { kind: 'moves', problem: 0, alerts: [0], to: 0 },
  fired('HighErrorRate', 'cart'),
  fired('OrdersOdd', 'cart', shop),
  { kind: 'fires', labels: { alertname: 'HighErrorRate', service: 'mail' }, second: 1 },
];

const since = (second: number) => `09:0${Math.floor(second / 60)}:${String(second % 60).padStart(2, '0')}`;
const aboutIt = ({ id }: Problem) => ({ actor: ALICE, target: { kind: 'problem' as const, id } });

function pick<Thing>(things: readonly Thing[], number: number): Thing | undefined {
  return things[number % Math.max(1, things.length)];
}

/** Where people have put alerts. */
function placedIn(alerts: readonly Alert[]): ReadonlyMap<string, string> {
  return new Map(
    alerts.flatMap(({ id, placed, problemId }) => (placed === undefined ? [] : [[id, problemId]])),
  );
}

describe('what people decide', () => {
  it('is never undone by what is reported after it, in whatever order', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const story = new Played();
        for (const one of all) {
          const before = placedIn(story.alerts);
          story.play(one);
          if (one.kind !== 'fires' && one.kind !== 'ends') continue;
          const after = placedIn(story.alerts);
          for (const [id, problemId] of before) expect(after.get(id)).toBe(problemId);
          expect(after.size).toBe(before.size);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('keeps apart what was split, and together what was merged, until a person says otherwise', () => {
    const split = fc.tuple(fc.array(fires, { minLength: 3, maxLength: 10 }), fc.nat(20), some);
    fc.assert(
      fc.property(
        split,
        fc.array(fires, { maxLength: 12 }),
        fc.boolean(),
        ([first, at, which], then, merges) => {
          const story = new Played();
          for (const one of first) story.play(one);
          const asked: Step = merges
            ? { kind: 'merges', problem: at, into: at + 1 }
            : { kind: 'splits', problem: at, alerts: which };
          story.play(asked);
          const placed = story.alerts.filter((alert) => alert.placed !== undefined).map(({ id }) => id);
          const together = () => placed.map((id) => placed.filter((other) => areTogether(story, id, other)));
          const decided = together();
          for (const one of then) story.play(one);
          expect(together()).toEqual(decided);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('leaves each alert in one problem that is there, which counts it', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const story = new Played();
        for (const one of all) {
          story.play(one);
          const byProblem = Map.groupBy(story.alerts, ({ problemId }) => problemId);
          for (const problem of story.problems.filter(({ version }) => version > 0)) {
            const members = byProblem.get(problem.id) ?? [];
            byProblem.delete(problem.id);
            const fire = members.filter(({ resolved }) => resolved === undefined);
            expect(problem.counts).toEqual({ total: members.length, firing: fire.length });
            expect(members.length > 0).toBe(problem.mergedInto === undefined);
            expect(fire.length > 0).toBe(problem.resolved === undefined);
            if (members.length > 0) expect(members.map(({ id }) => id)).toContain(problem.primaryId);
            if (problem.mergedInto !== undefined) story.problemBy(problem.mergedInto.problemId);
          }
          expect(byProblem.size).toBe(0);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('is the same for a process that reads it from what is stored', () => {
    fc.assert(
      fc.property(steps, fc.array(fires, { minLength: 1, maxLength: 5 }), (all, then) => {
        const [story, restarted] = [new Played(), new Played()];
        for (const one of all) for (const each of [story, restarted]) each.play(one);
        restarted.restart();
        for (const one of then) for (const each of [story, restarted]) each.play(one);
        expect(partition(restarted)).toEqual(partition(story));
      }),
      {
        numRuns: 200,
        examples: [
          [CAUSE_THAT_IS_OVER, JOINERS],
          [GOES_ON, [fired('HighLatency', 'mail', onNode)]],
        ],
      },
    );
  });
});

function areTogether({ state }: TogetherStory, id: string, other: string): boolean {
  return state.alerts.get(id)?.problemId === state.alerts.get(other)?.problemId;
}

/** Each problem as its alerts. */
function partition({ alerts }: TogetherStory): readonly string[] {
  const problems = Map.groupBy(alerts, ({ problemId }) => problemId);
  return [...problems]
    .map(
      ([id, of]) =>
        `${id}: ${of
          .map((alert) => alert.id)
          .sort()
          .join(' ')}`,
    )
    .sort();
}

describe('merging', () => {
  const severity = fc.constantFrom('critical', 'warning', 'info');
  const problem = fc.record({ severity, isAssigned: fc.boolean(), hasIncident: fc.boolean() });

  /** Problems that have nothing to do with each other, and merges of them. */
  function merged(
    all: readonly { severity: string; isAssigned: boolean; hasIncident: boolean }[],
    merges: readonly (readonly [from: number, into: number])[],
  ): TogetherStory {
    const story = new TogetherStory();
    for (const [index, one] of all.entries()) {
      story.report(`09:1${index}`, firing('09:00', { alertname: `Odd${index}`, severity: one.severity }));
      const about = aboutIt(story.problemOf(`Odd${index}`));
      if (one.isAssigned)
        story.command(`09:1${index}`, {
          type: 'gomon.command.v1.assign-problem',
          data: { ...about, to: `owner ${index}` },
        });
      if (one.hasIncident)
        story.command(`09:1${index}`, { type: 'gomon.command.v1.open-incident', data: about });
    }
    for (const [from, into] of merges) story.merge('09:30', `Odd${from}`, `Odd${into}`);
    return story;
  }

  it('comes to the same in whatever order problems are merged into each other', () => {
    fc.assert(
      fc.property(problem, problem, problem, (a, b, c) => {
        const [one, other] = [
          merged(
            [a, b, c],
            [
              [0, 1],
              [1, 2],
            ],
          ),
          merged(
            [a, b, c],
            [
              [1, 2],
              [0, 2],
            ],
          ),
        ];
        const outcome = (story: TogetherStory) => {
          const {
            id,
            severity: level,
            counts,
            assigned,
            incident,
            primaryId,
            startsAt,
          } = story.problemOf('Odd2');
          const isIncident = incident !== undefined;
          return { id, level, counts, to: assigned?.to, isIncident, primaryId, startsAt };
        };
        expect(outcome(one)).toEqual(outcome(other));
        expect(one.groups).toEqual(['Odd0 + Odd1 + Odd2']);
        expect(other.groups).toEqual(one.groups);
      }),
    );
  });
});
