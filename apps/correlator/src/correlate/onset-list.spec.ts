import fc from 'fast-check';
import { firing, TogetherStory } from '../decide/together.spec-support.js';
import { isBefore } from './by-onset.js';
import { OnsetList } from './onset-list.js';
import type { Traits } from './traits.js';

/** Alerts that began at few moments, so that many began at one. */
const alerts: readonly Traits[] = Array.from({ length: 40 }, (_, index) => {
  const story = new TogetherStory();
  story.report('10:00', firing(`09:0${index % 4}`, { alertname: `Odd${index}` }));
  const traits = story.graph.get(story.alertOf(`Odd${index}`).id)?.traits;
  if (traits === undefined) throw new Error('it is not in the graph');
  return traits;
});

const which = fc.nat(alerts.length - 1);
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ does: fc.constant('toggle'), which }) },
  { weight: 1, arbitrary: fc.constant({ does: 'ask', which: 0 }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('forget up to'), which }) },
);

it('is in order whenever it is asked for, however many came and went meanwhile', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const list = new OnsetList();
      const there = new Set<Traits>();
      const expected = () => [...there].sort((a, b) => (isBefore(a, b) ? -1 : 1));
      for (const { does, which } of steps) {
        const one = alerts[which];
        if (does === 'ask' || one === undefined) expect(list.list).toEqual(expected());
        else if (does === 'forget up to') {
          const gone = new Set(alerts.slice(0, which));
          list.deleteAll(gone);
          for (const traits of gone) there.delete(traits);
        } else if (there.delete(one)) list.delete(one);
        else {
          there.add(one);
          list.add(one);
        }
        expect(list.size).toBe(there.size);
      }
      expect(list.list).toEqual(expected());
    }),
    { numRuns: 300 },
  );
});
