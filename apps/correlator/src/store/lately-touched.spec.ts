import { LatelyTouched } from './lately-touched.js';

const SCOPE = ['east'];
const problems = (...ids: readonly string[]) => ids.map((id) => ({ id, scope: 'east' }));

describe('problems that were touched lately', () => {
  it('are those of a scope', () => {
    const touched = new LatelyTouched();
    touched.note(['east', 'west'], [...problems('storm'), { id: 'other', scope: 'west' }]);
    expect([touched.in(['east']), touched.in(['west']), touched.in(['north'])]).toEqual([
      ['storm'],
      ['other'],
      [],
    ]);
  });

  it('are forgotten when the transactions after it do not touch them', () => {
    const touched = new LatelyTouched();
    touched.note(SCOPE, problems('storm'));
    for (let after = 0; after < 9; after += 1) touched.note(SCOPE, []);
    expect(touched.in(SCOPE)).toEqual(['storm']);
    touched.note(SCOPE, []);
    expect(touched.in(SCOPE)).toEqual([]);
  });

  it('are kept by being touched once more', () => {
    const touched = new LatelyTouched();
    for (let round = 0; round < 30; round += 1) touched.note(SCOPE, round % 5 === 0 ? problems('storm') : []);
    expect(touched.in(SCOPE)).toEqual(['storm']);
  });

  it('are few, and the newest', () => {
    const touched = new LatelyTouched();
    for (let round = 0; round < 100; round += 1) touched.note(SCOPE, problems(`a${round}`, `b${round}`));
    expect(touched.in(SCOPE)).toHaveLength(8);
    expect(touched.in(SCOPE).slice(0, 2)).toEqual(['a99', 'b99']);
  });
});
