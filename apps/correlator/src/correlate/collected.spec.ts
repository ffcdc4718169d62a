import { Collected } from './collected.js';

describe('collected texts', () => {
  it('has each once, in the order in which they came first', () => {
    const found = new Collected().add('b').all(['a', 'b', 'c']).add('a');
    expect(found.list).toEqual(['b', 'a', 'c']);
    expect(found.size).toBe(3);
  });

  it('gives a list that stays as it is', () => {
    const found = new Collected().add('a');
    const { list } = found;
    found.add('b');
    expect(list).toEqual(['a']);
    expect(new Collected().list).toEqual([]);
  });
});
