import type { Labels } from '@gomon/contracts';
import fc from 'fast-check';
import { isSameValue } from './same-value.js';
import { isOver } from './state.js';
import { ALICE, at, endOf } from './story.spec-support.js';
import { firing, over, rulesAtOnce, TogetherStory } from './together.spec-support.js';

const ALERTS: readonly Labels[] = [
  { alertname: 'KubeNodeNotReady', node: 'worker-1', severity: 'critical' },
  { alertname: 'KubePodNotReady', pod: 'cart-0', node: 'worker-1' },
  { alertname: 'KubePodNotReady', pod: 'pay-0', node: 'worker-1' },
  { alertname: 'HighLatency', service: 'cart' },
  { alertname: 'HighErrorRate', service: 'pay', node: 'worker-1' },
  { alertname: 'HighErrorRate', service: 'front' },
];
const KINDS = ['fires', 'ends', 'muted', 'heard', 'merged', 'resolved', 'reopened', 'due', 'told'] as const;

const alert = fc.nat({ max: ALERTS.length - 1 });
const step = fc.record({ kind: fc.constantFrom('fires', ...KINDS), one: alert, other: alert });
const steps = fc.array(step, { minLength: 3, maxLength: 30 });

/** What happens, each in a minute of its own, with a gateway that tells when it comes to that. */
class ToldStory extends TogetherStory {
  /** Observations that were to be told so far. */
  toTell = 0;
  private minute = 0;
  private taken = 0;
  private readonly since = new Map<number, string>();

  step(kind: (typeof KINDS)[number], one: number, other: number): void {
    const now = this.next();
    switch (kind) {
      case 'fires':
        this.since.set(one, this.since.get(one) ?? now);
        this.count(this.report(now, firing(this.since.get(one) ?? now, ALERTS[one] ?? {})).map(endOf));
        return;
      case 'ends':
        this.count(this.report(now, over(this.since.get(one) ?? now, now, ALERTS[one] ?? {})).map(endOf));
        this.since.delete(one);
        return;
      case 'muted':
      case 'heard': {
        const matchers = Object.entries(ALERTS[one] ?? {}).map(([name, value]) => ({
          name,
          value,
          operator: '=' as const,
        }));
        const endsAt = at(kind === 'muted' ? '23:00' : '08:30');
        this.silence(
          { startsAt: at('08:00'), endsAt, matchers },
          `019abb3c-6c10-7000-8000-00000000000${one}`,
        );
        this.tickProblems(now);
        return;
      }
      case 'due':
        this.tickProblems(now);
        return;
      case 'told':
        this.tell(now);
        return;
      case 'merged':
      case 'resolved':
      case 'reopened':
        this.press(now, kind, one, other);
    }
  }

  private press(now: string, kind: 'merged' | 'resolved' | 'reopened', one: number, other: number): void {
    const [id, into] = [this.problemIdOf(one), this.problemIdOf(other)];
    if (id === undefined || into === undefined) return;
    const data = { actor: ALICE, target: { kind: 'problem' as const, id } };
    if (kind === 'merged')
      this.command(now, { type: 'gomon.command.v1.merge-problems', data: { ...data, into } });
    else if (kind === 'resolved') this.command(now, { type: 'gomon.command.v1.resolve-problem', data });
    else this.command(now, { type: 'gomon.command.v1.reopen-problem', data });
  }

  /** Everything ends, and all that is to be told is. */
  end(): void {
    for (const index of [...this.since.keys()]) this.step('ends', index, index);
    for (const problem of this.problems) if (!isOver(problem)) this.resolve(this.next(), problem);
    for (const index of ALERTS.keys()) this.step('due', index, index);
    this.tell(this.next());
  }

  /** As gateways do: what nobody has heard of is told as it is by now, and not at all when it is part of another one. */
  private tell(now: string): void {
    const facts = this.facts.slice(this.taken);
    this.taken = this.facts.length;
    for (const { problem } of facts) {
      const { id, told, version, mergedInto } = this.problemBy(problem.id);
      if (told.length === 0 && mergedInto !== undefined) continue;
      const place = { receiver: 'slack' as const, channel: '#a', channelId: 'C1', ts: id, at: at(now) };
      const outcome = {
        kind: 'told' as const,
        told: { ...place, version: told.length === 0 ? version : problem.version },
      };
      const data = { actor: { kind: 'system' as const, id: 'slack-gateway' }, problemId: id, outcome };
      this.command(now, { type: 'gomon.command.v1.record-told', data });
    }
  }

  private problemIdOf(index: number): string | undefined {
    return this.alerts.findLast(({ said }) => isSameValue(said.labels, ALERTS[index]))?.problemId;
  }

  private count(ends: readonly (string | undefined)[]): void {
    this.toTell += ends.filter((end) => end === 'told').length;
  }

  private next(): string {
    this.minute += 1;
    const [hours, minutes] = [9 + Math.floor(this.minute / 60), this.minute % 60];
    return [hours, minutes].map((part) => String(part).padStart(2, '0')).join(':');
  }
}

const RULES = {
  'at once': rulesAtOnce(),
  'in storms': rulesAtOnce({ storms: [{ alerts: 3, within: '10m', digests: ['1m', '3m'], calm: 2 }] }),
};

describe.each(Object.entries(RULES))('what is to be told (%s)', (_, rules) => {
  it('waits once, with one version of one problem, whatever becomes of that', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const story = new ToldStory(rules);
        for (const { kind, one, other } of all.filter((next) => next.kind !== 'told')) {
          story.step(kind, one, other);
          const untold = story.problems.flatMap((problem) => problem.untold);
          expect(untold.reduce((sum, { observations }) => sum + observations, 0)).toBe(story.toTell);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('is told in the end, except of what was muted until then', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const story = new ToldStory(rules);
        for (const { kind, one, other } of all) story.step(kind, one, other);
        story.end();
        const left = story.problems.filter(({ untold }) => untold.length > 0);
        expect(left.filter(({ muted, told }) => muted === undefined || told.length > 0)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});
