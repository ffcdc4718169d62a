import fc from 'fast-check';
import { at, crashing, endOf, Story } from './story.spec-support.js';

describe('a snapshot', () => {
  it('opens what it holds, once, and repeats keep it open', () => {
    const story = new Story();
    expect(story.look('09:00', [crashing()]).map(endOf)).toEqual(['told', undefined]);
    expect(story.look('09:01', [crashing()]).map(endOf)).toEqual(['repeated', undefined]);
    expect(story.told).toEqual(['opened v1 firing !']);
  });

  it('ends what it does not hold for two looks, silently and with the reason', () => {
    const story = new Story();
    story.look('09:00', [crashing()]);
    story.look('09:01', []);
    expect(story.alert.resolved).toBeUndefined();
    story.look('09:02', []);
    expect(story.problem.resolved).toMatchObject({
      at: at('09:02'),
      by: 'reconciliation',
      reason: 'its source has not held it for 2 looks',
    });
    expect(story.told).toEqual(['opened v1 firing !', 'resolved v2 resolved']);
    expect(story.last?.actions).toMatchObject([{ action: 'resolved', before: 'firing' }]);
  });

  it('that holds it again begins the counting anew', () => {
    const story = new Story();
    story.look('09:00', [crashing()]);
    story.look('09:01', []);
    story.look('09:02', [crashing()]);
    story.look('09:03', []);
    expect(story.alert.resolved).toBeUndefined();
  });

  it('that is not sure keeps an alert open, and opens none', () => {
    const story = new Story();
    story.look('09:00', [], ['cart']);
    expect(story.problems).toEqual([]);
    story.look('09:01', [crashing()]);
    for (const clock of ['09:02', '09:03', '09:04']) story.look(clock, [], ['cart']);
    expect(story.alert.resolved).toBeUndefined();
  });

  it('of a watcher that was restarted neither repeats nor forgets', () => {
    const story = new Story();
    story.look('09:00', [crashing('cart'), crashing('search')]);
    // It was away for an hour, and one of them is well now.
    story.look('10:00', [crashing('cart')]);
    story.look('10:00:30', [crashing('cart')]);
    const open = story.alerts.filter(({ resolved }) => resolved === undefined);
    expect(open.map(({ said }) => said.senderFingerprint)).toEqual(['cart']);
    expect(story.announced).toBe(2);
  });

  it('says nothing of what was heard after it was taken', () => {
    const story = new Story();
    story.look('09:00', []);
    story.transaction(
      '09:05',
      story.inputs('09:05', [crashing()], { kind: 'kubernetes', instance: 'default' }),
    );
    story.look('09:04', []);
    story.look('09:04:30', []);
    expect(story.alert.missedLooks).toBe(0);
  });

  it('says nothing of another part, or of another cluster', () => {
    const story = new Story();
    const elsewhere = crashing('cart', { extent: 'pods/kube-system' });
    const kubernetes = { kind: 'kubernetes', instance: 'default' };
    story.transaction('09:00', story.inputs('09:00', [elsewhere], kubernetes));
    story.transaction(
      '09:00',
      story.inputs('09:00', [crashing('search')], { kind: 'kubernetes', instance: 'other' }),
    );
    for (const clock of ['09:01', '09:02', '09:03']) story.look(clock, []);
    expect(story.alerts.filter(({ resolved }) => resolved !== undefined)).toEqual([]);
  });

  it('that holds an ended alert again continues its episode and announces it', () => {
    const story = new Story();
    story.look('09:00', [crashing()]);
    story.look('09:01', []);
    story.look('09:02', []);
    story.look('09:03', [crashing()]);
    expect(story.alert).toMatchObject({ episode: 1, missedLooks: 0 });
    expect(story.told.at(-1)).toBe('changed v3 firing !');
  });
});

it('an alert of a watcher has the identity of its owner, not of its pod', () => {
  const story = new Story();
  story.look('09:00', [crashing('cart', { labels: { ...crashing().labels, pod: 'cart-1', node: 'a' } })]);
  story.look('09:01', [crashing('cart', { labels: { ...crashing().labels, pod: 'cart-2', node: 'b' } })]);
  expect(story.problems).toHaveLength(1);
  story.look('09:02', [crashing('cart', { labels: { ...crashing().labels, namespace: 'shop' } })]);
  expect(story.problems).toHaveLength(2);
});

it('a watcher that reports a second time what had ended is no late word, whatever beginning it makes out', () => {
  const story = new Story();
  const source = { kind: 'kubernetes', instance: 'default' };
  const startsAt = at('08:00');
  const tell = (clock: string, status: 'firing' | 'resolved') =>
    story.transaction(clock, story.inputs(clock, [crashing('cart', { status, startsAt })], source));
  tell('09:00', 'firing');
  tell('09:10', 'resolved');
  tell('09:20', 'firing');
  expect(story.announced).toBe(2);
});

it('looks in any order, with any delay of one, leave open what the last two hold', () => {
  const looks = fc.array(fc.subarray(['a', 'b', 'c']), { minLength: 3, maxLength: 12 });
  fc.assert(
    fc.property(looks, (held) => {
      const story = new Story();
      for (const [minute, names] of held.entries()) {
        story.look(
          `09:${String(minute).padStart(2, '0')}`,
          names.map((name) => crashing(name)),
        );
      }
      const open = new Set(
        story.alerts
          .filter(({ resolved }) => resolved === undefined)
          .map(({ said }) => said.senderFingerprint),
      );
      const lastTwo = new Set(held.slice(-2).flat());
      expect([...open].sort()).toEqual([...lastTwo].sort());
    }),
  );
});
