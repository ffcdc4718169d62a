import type { Labels } from '@gomon/contracts';
import fc from 'fast-check';
import { isOver } from './state.js';
import { firing, over, rulesAtOnce, TogetherStory } from './together.spec-support.js';

const step = fc.record({
  name: fc.constantFrom('HighErrorRate', 'HighLatency', 'KubeNodeNotReady', 'SomethingOdd'),
  app: fc.constantFrom('cart', 'pay', 'stock'),
  severity: fc.constantFrom('P0', 'P1', 'P1', 'P2'),
  second: fc.integer({ min: 0, max: 59 }),
  isOver: fc.boolean(),
});
type Step = typeof step extends fc.Arbitrary<infer Of> ? Of : never;

function played(steps: readonly Step[], wait: string): TogetherStory {
  const story = new TogetherStory(rulesAtOnce({ incidents: { wait } }));
  for (const [minute, { name, app, severity, second, isOver: hasEnded }] of steps.entries()) {
    const labels: Labels = { alertname: name, service: app, node: `${app}-1`, severity };
    const clock = `09:${String(Math.floor(minute / 3)).padStart(2, '0')}:${String(20 * (minute % 3) + (second % 20)).padStart(2, '0')}`;
    story.report(clock, hasEnded ? over('09:00', clock, labels) : firing('09:00', labels));
    story.tickProblems(clock);
  }
  story.tickProblems('09:30');
  return story;
}

const incidentsOf = (story: TogetherStory) =>
  new Set(story.problems.flatMap(({ id, incident, version }) => (incident && version > 0 ? id : [])));

describe('waiting before somebody is called', () => {
  const steps = fc.array(step, { minLength: 1, maxLength: 15 });

  it('leaves nothing urgent without an incident in the end, and calls for nothing else than without it', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const [story, atOnce] = [played(all, '30s'), played(all, '0s')];
        const urgent = story.problems.filter(
          (problem) => problem.version > 0 && !isOver(problem) && problem.severity <= 'P1',
        );
        for (const { incident } of urgent) expect(incident).toBeDefined();
        for (const id of incidentsOf(story)) expect(incidentsOf(atOnce)).toContain(id);
      }),
      { numRuns: 100 },
    );
  });
});
