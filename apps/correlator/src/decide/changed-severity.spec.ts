import { rulesFile, type AlertCommand } from '@gomon/contracts';
import { rulesOf } from './rules.js';
import { at, endOf, saying, Story } from './story.spec-support.js';

const startsAt = at('08:59');
/** The severity only describes an alert. */
const rules = rulesOf(rulesFile.parse({ identity: { rules: [{ labels: ['alertname'] }] } }), {
  version: 1,
  incidentProvider: 'opsgenie',
});

function say(story: Story, clock: string, severity: string) {
  const [outcome] = story.report(
    clock,
    saying('firing', { startsAt, labels: { alertname: 'Disk', severity } }),
  );
  return outcome === undefined ? undefined : endOf(outcome);
}

function first(severity: string): Story {
  const story = new Story(rules);
  say(story, '09:00', severity);
  return story;
}

function command(story: Story, clock: string, name: string, more: Record<string, unknown> = {}) {
  const data = {
    actor: { kind: 'slack', id: 'U1' },
    target: { kind: 'problem', id: story.problem.id },
    ...more,
  };
  story.command(clock, { type: `gomon.command.v1.${name}`, data } as AlertCommand);
}

describe('a repeat with another severity', () => {
  it('that is worse is told again, is acknowledged by nobody, and is an incident where it is urgent', () => {
    const story = first('warning');
    story.acknowledge('09:01', story.problem);
    expect(say(story, '09:02', 'critical')).toBe('told');
    expect(story.problem).toMatchObject({ severity: 'P1', version: 3, incident: { why: 'P1 is urgent' } });
    expect(story.alert.severity).toBe('P1');
    expect([story.problem.acknowledged, story.alert.acknowledged]).toEqual([undefined, undefined]);
    expect(story.facts.at(-1)).toMatchObject({ announce: true });
    expect(story.problem.timeline.at(-1)?.text).toBe(
      'its source says P1 now, P2 before: label severity="critical" means P1',
    );
    expect(story.last?.actions).toMatchObject([{ action: 'changed', before: 'acknowledged' }]);
    expect(story.state.alerts.size).toBe(1);
  });

  it('that is less bad is shown silently, and whoever was on it stays on it', () => {
    const story = first('critical');
    story.acknowledge('09:01', story.problem);
    expect(say(story, '09:02', 'warning')).toBe('repeated');
    expect(story.problem).toMatchObject({ severity: 'P2', version: 3, acknowledged: {}, incident: {} });
    expect(story.facts.at(-1)).toMatchObject({ announce: false });
  });

  it('does not undo what a person has set, until it is worse than that', () => {
    const story = first('info');
    command(story, '09:01', 'escalate-problem', { to: 'P2' });
    expect(say(story, '09:02', 'low')).toBe('repeated');
    expect(story.problem).toMatchObject({ severity: 'P2', escalated: { from: 'P3', to: 'P2' } });
    expect(say(story, '09:03', 'critical')).toBe('told');
    expect(story.problem.severity).toBe('P1');
    expect(story.problem.escalated).toBeUndefined();
  });

  it('leaves what a person has made less bad, until it is worse than it was then', () => {
    const story = first('warning');
    command(story, '09:01', 'deescalate-problem', { to: 'P4' });
    expect(say(story, '09:02', 'low')).toBe('repeated');
    expect(story.problem).toMatchObject({ severity: 'P4', escalated: { from: 'P3', to: 'P4' } });
    expect(say(story, '09:03', 'warning')).toBe('told');
    expect(story.problem).toMatchObject({ severity: 'P2' });
    expect(story.problem.escalated).toBeUndefined();
  });

  it('by other rules alone changes nothing', () => {
    const story = first('warning');
    const other = new Story(
      rulesOf(
        rulesFile.parse({ identity: { rules: [{ labels: ['alertname'] }] }, severity: [{ severity: 'P0' }] }),
        {
          version: 2,
          incidentProvider: 'opsgenie',
        },
      ),
    );
    other.state = story.state;
    expect(say(other, '09:02', 'warning')).toBe('repeated');
    expect([...other.state.problems.values()][0]?.severity).toBe('P2');
  });
});
