import { withoutPassword } from './overview.js';
import { table } from './table.js';

describe('a table', () => {
  it('aligns its columns', () => {
    const rows = [
      ['http://a', 'one', 'x'],
      ['http://longer', 'b', 'y'],
    ];
    expect(table(rows)).toBe('  http://a       one  x\n  http://longer  b    y');
  });
});

describe('a URL on the terminal', () => {
  it('has no password', () => {
    expect(withoutPassword('postgresql://postgres:secret@127.0.0.1:5433/gomon')).toBe(
      'postgresql://127.0.0.1:5433/gomon',
    );
    expect(withoutPassword('http://127.0.0.1:8080')).toBe('http://127.0.0.1:8080');
  });
});
