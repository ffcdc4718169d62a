import fc from 'fast-check';
import type { Labels, ProblemView } from '@gomon/contracts';
import { boundedForMessage } from './fact-size.js';
import { saying, Story } from './story.spec-support.js';
import { problemView } from './views.js';

const MOST = 130_000;

function viewOf(
  labels: Labels,
  annotations: Labels,
  values: Readonly<Record<string, number>> = {},
): ProblemView {
  const story = new Story();
  story.report('09:00', saying('firing', { labels: { alertname: 'A' } }));
  const view = problemView(story.state, story.problem);
  return { ...view, primary: { ...view.primary, labels, annotations, values } };
}

it('leaves a problem as it is whose texts are as long as usual', () => {
  const view = viewOf({ alertname: 'A', pod: 'p'.repeat(250) }, { summary: 's'.repeat(4_000) }, { B: 1 });
  expect(boundedForMessage(view)).toEqual(view);
});

it('cuts what is too long, and leaves out what is too much, from the end', () => {
  const many = Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => [`text${index}`, 'x'.repeat(9_000)]),
  );
  const values = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`V${index}`, index]));
  const {
    labels,
    annotations,
    values: kept,
  } = boundedForMessage(viewOf({ a: 'l'.repeat(9_000) }, many, values)).primary;
  expect(labels['a']?.length).toBeLessThanOrEqual(8_192);
  expect(Object.keys(annotations)).toEqual(Object.keys(many).slice(0, 11));
  expect(Object.keys(kept ?? {})).toHaveLength(100);
});

it('fits into a message, whatever its texts are', () => {
  const length = fc.oneof(fc.nat(50), fc.integer({ min: 8_000, max: 60_000 }));
  const texts = fc.array(length, { maxLength: 30 });
  const textsOf = (lengths: readonly number[]) =>
    Object.fromEntries(lengths.map((size, index) => [`n${index}`, 't'.repeat(size)]));
  fc.assert(
    fc.property(texts, texts, (labels, annotations) => {
      const bounded = boundedForMessage(viewOf(textsOf(labels), textsOf(annotations)));
      expect(JSON.stringify(bounded).length).toBeLessThan(MOST);
    }),
  );
});
