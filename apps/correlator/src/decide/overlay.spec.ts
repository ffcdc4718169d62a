import fc from 'fast-check';
import { Overlay } from './overlay.js';

const KEYS: readonly string[] = ['a', 'b', 'c', 'd', 'e'];

it('an overlay is what a copy with the same changes is, over any number of them, and leaves the first map alone', () => {
  const entries = fc.array(fc.tuple(fc.constantFrom(...KEYS), fc.integer()), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(entries, fc.array(entries, { maxLength: 4 }), (first, layers) => {
      const base = new Map(first);
      const copy = new Map(first);
      let overlay = new Overlay(base);
      for (const layer of layers) {
        overlay = new Overlay(overlay);
        for (const [key, value] of layer) {
          overlay.set(key, value);
          copy.set(key, value);
        }
      }
      const seen: [string, number][] = [];
      overlay.forEach((value, key) => seen.push([key, value]));
      expect([...overlay]).toEqual([...copy]);
      expect(seen).toEqual([...copy]);
      expect([[...overlay.keys()], [...overlay.values()]]).toEqual([[...copy.keys()], [...copy.values()]]);
      expect(overlay.size).toBe(copy.size);
      for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) {
        expect([overlay.get(key), overlay.has(key)]).toEqual([copy.get(key), copy.has(key)]);
      }
      expect(base).toEqual(new Map(first));
    }),
  );
});
