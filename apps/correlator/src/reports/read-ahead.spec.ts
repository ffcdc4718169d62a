import { NO_TOPOLOGY } from '../decide/about.js';
import { firing, over, rulesAtOnce, TogetherStory } from '../decide/together.spec-support.js';
import { ReadAhead } from './read-ahead.js';

const rules = rulesAtOnce();

async function readAhead(
  ...[inputs, by, known, awaited]: [...ConstructorParameters<typeof ReadAhead>, Promise<unknown>]
) {
  const ahead = new ReadAhead(inputs, by, known);
  await ahead.until(awaited);
  return ahead.readBy(by, known.topology);
}

const NEVER = new Promise<never>(() => undefined);
const slow = { alertname: 'HighLatency', service: 'cart' };
const down = { alertname: 'PostgresDown', service: 'cart-db' };

/** A story in which one alert fires, and what is known of it. */
function storyOfOne() {
  const story = new TogetherStory(rules);
  story.report('10:00', firing('09:59', slow));
  return { story, known: { graphOf: () => story.graph, topology: NO_TOPOLOGY } };
}

describe('reading ahead', () => {
  it('reads of what may begin what would be read when it is decided', async () => {
    const { story, known } = storyOfOne();
    const inputs = story.inputs('10:01', [firing('10:00', down, 'no space left'), firing('09:59', slow)]);
    const read = await readAhead(inputs, rules, known, NEVER);
    story.transaction('10:01', inputs);
    const { id } = story.alertOf('PostgresDown');
    expect([...read.keys()]).toEqual([id]);
    const [one, other] = [read.get(id), story.graph.get(id)?.traits];
    one?.keepAtHand();
    other?.keepAtHand();
    expect(one).toEqual(other);
    expect(one).not.toBe(other);
  });

  it('reads nothing of what ends, of scopes that nobody knows, or where nothing is put together', async () => {
    const { story, known } = storyOfOne();
    const ends = story.inputs('10:01', [over('10:00', '10:01', down)]);
    const begins = story.inputs('10:01', [firing('10:00', down)]);
    const off = rulesAtOnce({ correlation: { enabled: false } });
    expect(await readAhead(ends, rules, known, NEVER)).toEqual(new Map());
    expect(await readAhead(begins, rules, { ...known, graphOf: () => undefined }, NEVER)).toEqual(new Map());
    expect(await readAhead(begins, off, known, NEVER)).toEqual(new Map());
  });

  it('answers nothing by other rules, or in another topology', async () => {
    const { story, known } = storyOfOne();
    const ahead = new ReadAhead(story.inputs('10:01', [firing('10:00', down)]), rules, known);
    await ahead.until(NEVER);
    expect(ahead.readBy(rules, known.topology).size).toBe(1);
    expect(ahead.readBy(rulesAtOnce(), known.topology).size).toBe(0);
    expect(ahead.readBy(rules, { ...known.topology }).size).toBe(0);
  });

  it('ends when what was waited for has come, or has failed', async () => {
    const { story, known } = storyOfOne();
    const many = Array.from({ length: 100 }, (_, index) => firing('10:00', { ...down, pod: `db-${index}` }));
    const inputs = story.inputs('10:01', many);
    const read = await readAhead(inputs, rules, known, Promise.resolve());
    expect(read.size).toBeLessThan(inputs.length);
    expect((await readAhead(inputs, rules, known, Promise.reject(new Error('away')))).size).toBe(read.size);
    const ahead = new ReadAhead(inputs, rules, known);
    await ahead.until(Promise.resolve());
    await ahead.until(NEVER);
    expect(ahead.readBy(rules, known.topology).size).toBe(inputs.length);
  });
});

describe('what was read ahead', () => {
  it('is what is known of an alert that begins', async () => {
    const { story, known } = storyOfOne();
    const inputs = story.inputs('10:01', [firing('10:00', down)]);
    const read = await readAhead(inputs, rules, known, NEVER);
    story.state = { ...story.state, around: { ...story.state.around, read } };
    story.transaction('10:01', inputs);
    const { id } = story.alertOf('PostgresDown');
    expect(read.has(id)).toBe(true);
    expect(story.graph.get(id)?.traits).toBe(read.get(id));
  });

  it('is nothing where the alert has said something else meanwhile, or had begun before', async () => {
    const { story, known } = storyOfOne();
    const errors = { alertname: 'HighErrorRate', service: 'pay' };
    const twice = [
      ...story.inputs('10:01', [firing('10:00', errors)]),
      ...story.inputs('10:01', [firing('10:00', errors, 'timeouts calling orders-db')]),
    ];
    const read = await readAhead(twice, rules, known, NEVER);
    story.state = { ...story.state, around: { ...story.state.around, read } };
    story.transaction('10:01', twice);
    const { id } = story.alertOf('HighErrorRate');
    expect(read.has(id)).toBe(true);
    expect(story.graph.get(id)?.traits.mentions).toContain('name:orders-db');

    story.report('10:05', over('10:00', '10:04', errors));
    const again = story.inputs('10:20', [firing('10:19', errors)]);
    const readAgain = await readAhead(again, rules, known, NEVER);
    story.state = { ...story.state, around: { ...story.state.around, read: readAgain } };
    story.transaction('10:20', again);
    const second = story.alertOf('HighErrorRate');
    expect([second.episode, readAgain.has(second.id)]).toEqual([2, true]);
    expect(story.graph.get(second.id)?.traits).not.toBe(readAgain.get(second.id));
  });
});
