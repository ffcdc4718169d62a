import type { Labels } from '@gomon/contracts';
import fc from 'fast-check';
import { graphOf } from '../correlate/graph-of.js';
import type { Graph, Standing } from '../correlate/graph.js';
import { NO_TOPOLOGY } from './about.js';
import { isOver } from './state.js';
import { at } from './story.spec-support.js';
import { firing, over, TogetherStory } from './together.spec-support.js';

const NODE = { alertname: 'KubeNodeNotReady', node: 'worker-1' };
const ALERTS: readonly Labels[] = [
  NODE,
  { alertname: 'KubePodNotReady', pod: 'cart-0', node: 'worker-1' },
  { alertname: 'KubePodNotReady', pod: 'pay-0', node: 'worker-1' },
  { alertname: 'HighLatency', service: 'cart', node: 'worker-1' },
  { alertname: 'HighLatency', service: 'pay' },
  { alertname: 'HighErrorRate', service: 'cart' },
  { alertname: 'HighErrorRate', service: 'front', zone: 'eu-1a' },
  { alertname: 'HighErrorRate', service: 'pay', node: 'worker-1' },
];
/** Beside what is for one of them alone. */
const WIDE: readonly Labels[] = [{ node: 'worker-1' }, { service: 'cart' }];
const SILENCED = [...ALERTS, ...WIDE];

interface Step {
  readonly kind: 'fires' | 'ends' | 'silenced' | 'heard';
  readonly alert: number;
}

function stepsOf(...kinds: readonly Step['kind'][]): fc.Arbitrary<readonly Step[]> {
  const step = fc.record({ kind: fc.constantFrom(...kinds), alert: fc.nat({ max: SILENCED.length - 1 }) });
  return fc.array(step, { minLength: 4, maxLength: 20 });
}

const silenceOf = (alert: number) => `019abb3c-6c10-7000-8000-00000000000${alert}`;

/** Each step in a minute of its own; whatever is muted by then is looked at, as after each change of a silence. */
class MutedStory extends TogetherStory {
  private minute = 2;

  step({ kind, alert }: Step): void {
    const now = this.next();
    const labels = SILENCED[alert] ?? {};
    if (kind === 'fires' && alert >= ALERTS.length) return;
    if (kind === 'fires') this.report(now, firing(`09:00:0${alert}`, labels));
    else if (kind === 'ends') this.report(now, over(`09:00:0${alert}`, now, labels));
    else {
      const matchers = Object.entries(labels).map(([name, value]) => ({
        name,
        value,
        operator: '=' as const,
      }));
      this.silence(
        { startsAt: at('08:00'), endsAt: at(kind === 'silenced' ? '11:00' : '09:00'), matchers },
        silenceOf(alert),
      );
      this.tickProblems(now);
    }
  }

  private next(): string {
    this.minute += 1;
    return `09:${String(this.minute).padStart(2, '0')}`;
  }
}

/** The graph as another process makes it of what is stored. */
function anew({ alerts, problems, rules }: TogetherStory): Graph {
  const open = new Map(problems.filter((one) => !isOver(one)).map((one) => [one.id, one]));
  const standing = alerts.flatMap((alert) => {
    const problem = open.get(alert.problemId);
    return problem === undefined ? [] : [{ alert, muted: problem.muted }];
  });
  return graphOf(standing, rules.pack, NO_TOPOLOGY);
}

/** With all details, wherever they are kept. */
function standingsIn(graph: Graph, { alerts }: TogetherStory): readonly (Standing | undefined)[] {
  const standings = alerts.map(({ id }) => graph.get(id));
  for (const standing of standings) standing?.traits.keepAtHand();
  return standings;
}

describe('what is kept from being told', () => {
  it('stands in the graph as in one that is made anew, whatever begins and ends to mute it', () => {
    fc.assert(
      fc.property(stepsOf('fires', 'ends', 'silenced', 'heard'), (all) => {
        const story = new MutedStory();
        for (const step of all) {
          story.step(step);
          expect(standingsIn(story.graph, story)).toEqual(standingsIn(anew(story), story));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('belongs to what it belonged to without that, once nothing mutes it any more', () => {
    fc.assert(
      fc.property(stepsOf('fires', 'silenced', 'heard'), (all) => {
        const [muted, plain] = [new MutedStory(), new MutedStory()];
        for (const step of all) {
          muted.step(step);
          if (step.kind === 'fires') plain.step(step);
        }
        for (const alert of SILENCED.keys()) muted.step({ kind: 'heard', alert });
        expect(muted.groups).toEqual(plain.groups);
      }),
      { numRuns: 300 },
    );
  });
});
