import { isUrgent, moreSevere, severityOf } from './severity.js';

describe('a severity', () => {
  it.each([
    [{ severity: 'critical' }, 'P1'],
    [{ severity: 'page' }, 'P1'],
    [{ severity: 'Disaster' }, 'P0'],
    [{ severity: ' WARNING ' }, 'P2'],
    [{ severity: 'low' }, 'P3'],
    [{ severity: 'info' }, 'P4'],
    [{ severity: 'none' }, 'P4'],
    [{ severity: 'P0' }, 'P0'],
    [{ priority: 'high' }, 'P1'],
    [{ severity: 'weird', priority: 'P4' }, 'P4'],
    [{ level: 'fatal' }, 'P0'],
    [{ severity: 'weird' }, 'P3'],
    [{}, 'P3'],
  ])('of %j is %s', (labels, expected) => {
    expect(severityOf(labels).severity).toBe(expected);
  });

  it('says why', () => {
    expect(severityOf({ severity: 'page' }).why).toBe('label severity="page" means P1');
    expect(severityOf({}).why).toBe('no known severity label: default P3');
  });

  it('is urgent for P0 and P1, and of two the more severe is found', () => {
    expect((['P0', 'P1', 'P2', 'P3', 'P4'] as const).filter(isUrgent)).toEqual(['P0', 'P1']);
    expect(moreSevere('P3', 'P1')).toBe('P1');
    expect(moreSevere('P0', 'P1')).toBe('P0');
  });
});

it.each([
  ['DatasourceNoData', 'critical', 'P2'],
  ['DatasourceError', 'P0', 'P2'],
  ['DatasourceNoData', 'info', 'P4'],
  ['DatasourceNoData', undefined, 'P3'],
  ['Disk', 'critical', 'P1'],
])('what could not be evaluated is no outage: %s with %s is %s', (alertname, severity, level) => {
  const labels = { alertname, ...(severity === undefined ? {} : { severity }) };
  expect(severityOf(labels).severity).toBe(level);
});
