import { Pacer } from './pacer.js';
import { Pauses } from './pauses.js';

describe('the pacer', () => {
  it('lets a burst through, then those that matter most', async () => {
    const pacer = new Pacer(200, 2);
    const order: string[] = [];
    const go = async (name: string, priority: number) => {
      expect(await pacer.turn('#a', priority, 10_000)).toBe(true);
      order.push(name);
    };
    await Promise.all([
      go('first', 4),
      go('second', 4),
      go('third', 4),
      go('P4', 4),
      go('P2', 2),
      go('P0', 0),
    ]);
    expect(order.slice(-3)).toEqual(['P0', 'P2', 'P4']);
    expect(pacer.waiting).toBe(0);
  });

  it('says at once that a turn is too far away', async () => {
    const pacer = new Pacer(0.001, 1);
    expect(await pacer.turn('#a', 1, 10)).toBe(true);
    expect(await pacer.turn('#a', 1, 10)).toBe(true);
    expect(await pacer.turn('#a', 1, 10)).toBe(false);
    expect(await pacer.turn('#b', 1, 10)).toBe(true);
  });

  it('lets nobody wait for ever behind those that matter more', async () => {
    const pacer = new Pacer(20, 1);
    await Promise.all([pacer.turn('#a', 0, 1_000), pacer.turn('#a', 0, 1_000)]);
    const late = pacer.turn('#a', 4, 200);
    const urgent = Array.from({ length: 10 }, () => pacer.turn('#a', 0, 1_000));
    expect(await late).toBe(false);
    expect(await Promise.all(urgent)).not.toContain(false);
  });

  it('that stops sends everybody away', async () => {
    const pacer = new Pacer(0.001, 1);
    const turns = [1, 2, 3].map(() => pacer.turn('#a', 1, 10_000_000));
    pacer.stop();
    expect(await Promise.all(turns)).toEqual([true, true, false]);
    expect(await pacer.turn('#b', 1, 10)).toBe(false);
    expect(pacer.waiting).toBe(0);
  });

  it('of 0 a second holds nobody back', async () => {
    const pacer = new Pacer(0);
    expect(await Promise.all(Array.from({ length: 50 }, () => pacer.turn('#a', 1, 0)))).not.toContain(false);
  });
});

describe('a pause', () => {
  it('of posts is of one channel, of updates of all, and ends', () => {
    const pauses = new Pauses();
    pauses.pause('chat.postMessage', '#a', 1_000, 0);
    pauses.pause('chat.postMessage', '#a', 500, 0);
    expect(pauses.left('chat.postMessage', '#a', 400)).toBe(600);
    expect(pauses.left('chat.postMessage', '#b', 400)).toBe(0);
    expect(pauses.left('chat.update', '#a', 400)).toBe(0);
    pauses.pause('chat.update', 'C1', 300, 0);
    expect(pauses.left('chat.update', 'C2', 100)).toBe(200);
    expect(pauses.left('chat.postMessage', '#a', 1_000)).toBe(0);
    expect(pauses.current(500)).toEqual(['chat.postMessage #a']);
    expect(pauses.current(1_000)).toEqual([]);
  });
});
