import { setImmediate } from 'node:timers/promises';
import { BatchOrder } from './batch-order.js';

/** Batches that note what they do, and are done when the spec says so. */
function storyOfBatches() {
  const order = new BatchOrder();
  const happened: string[] = [];
  const normal = (name: string) => {
    const finish = Promise.withResolvers<undefined>();
    const done = order.normal(async ({ come, over }) => {
      happened.push(`${name} reads`);
      await come;
      happened.push(`${name} decides`);
      await finish.promise;
      over();
    });
    return { finish: () => finish.resolve(undefined), fail: () => finish.reject(new Error(name)), done };
  };
  const urgent = (name: string) => {
    const finish = Promise.withResolvers<undefined>();
    const done = order.urgent(async () => {
      happened.push(`${name} decides`);
      await finish.promise;
    });
    return { finish: () => finish.resolve(undefined), fail: () => finish.reject(new Error(name)), done };
  };
  /** Whatever could happen has happened. */
  const settled = async () => {
    for (let round = 0; round < 5; round += 1) await setImmediate();
  };
  return { happened, normal, urgent, settled };
}

describe('batches', () => {
  it('that are not urgent are read at once, and decided one after the other', async () => {
    const { happened, normal, settled } = storyOfBatches();
    const one = normal('one');
    const two = normal('two');
    await settled();
    expect(happened).toEqual(['one reads', 'two reads', 'one decides']);
    one.finish();
    await settled();
    expect(happened.at(-1)).toBe('two decides');
    two.finish();
    await Promise.all([one.done, two.done]);
  });

  it('that are urgent wait for nobody, and the next that is not waits for them', async () => {
    const { happened, normal, urgent, settled } = storyOfBatches();
    const one = normal('one');
    await settled();
    const two = normal('two');
    const fire = urgent('fire');
    expect(happened.at(-1)).toBe('fire decides');
    one.finish();
    await settled();
    expect(happened).not.toContain('two decides');
    fire.finish();
    await settled();
    expect(happened.at(-1)).toBe('two decides');
    two.finish();
    await Promise.all([one.done, two.done, fire.done]);
  });

  it('that come in the moment in which one is over still go before the next, when they are urgent', async () => {
    const { happened, normal, urgent, settled } = storyOfBatches();
    const one = normal('one');
    const two = normal('two');
    await settled();
    one.finish();
    await one.done;
    const fire = urgent('fire');
    await settled();
    expect(happened.at(-1)).toBe('fire decides');
    fire.finish();
    await settled();
    expect(happened.at(-1)).toBe('two decides');
    two.finish();
    await two.done;
  });

  it('that fail hold up nobody', async () => {
    const { happened, normal, urgent, settled } = storyOfBatches();
    const one = normal('one');
    const two = normal('two');
    const fire = urgent('fire');
    await settled();
    one.fail();
    fire.fail();
    await expect(one.done).rejects.toThrow('one');
    await expect(fire.done).rejects.toThrow('fire');
    await settled();
    expect(happened.at(-1)).toBe('two decides');
    two.finish();
    await two.done;
  });
});
