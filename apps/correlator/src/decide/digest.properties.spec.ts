import { DIGEST_ENTRIES, digest as digestSchema, severity, type Digest } from '@gomon/contracts';
import fc from 'fast-check';
import type { Standing } from '../correlate/graph.js';
import { digestOf } from './digest.js';

type Member = Parameters<typeof digestOf>[0] extends Iterable<infer One> ? One : never;

const ABOUT = {
  number: 1,
  at: '2026-03-01T09:01:00.000Z',
  from: '2026-03-01T09:00:00.000Z',
  joined: 7,
  ended: 1,
  last: false,
};
/** However many alerts there are, and whatever they are called. */
const LARGEST = 15_000;

const text = fc.oneof(
  fc.constantFrom('', 'shop', 'pay', 'KubePodNotReady'),
  fc.string({ unit: 'grapheme' }),
  fc.string({ minLength: 300, maxLength: 2_000 }),
);
const member: fc.Arbitrary<Member> = fc
  .record({
    title: text,
    namespace: text,
    severity: fc.constantFrom(...severity.options),
    isFiring: fc.boolean(),
  })
  .map(({ title, namespace, severity: level, isFiring }) => ({
    traits: { title, namespace } as Standing['traits'],
    severity: level,
    ...(isFiring ? {} : { endedAt: 1 }),
  }));
const members = fc.array(member, { maxLength: 60 });

const sum = (shares: readonly { readonly total: number; readonly firing: number }[]) => ({
  total: shares.reduce((all, { total }) => all + total, 0),
  firing: shares.reduce((all, { firing }) => all + firing, 0),
});
const optional = <Of>(one: Of | undefined): readonly Of[] => (one === undefined ? [] : [one]);

describe('a digest', () => {
  it('counts each alert once by severity, by namespace and by title', () => {
    fc.assert(
      fc.property(members, (all) => {
        const digest = digestOf(all, ABOUT);
        const { total, firing, severities, namespaces, otherNamespaces, titles, otherTitles } = digest;
        expect(total).toBe(all.length);
        expect(firing).toBe(all.filter(({ endedAt }) => endedAt === undefined).length);
        for (const shares of [
          severities,
          [...namespaces, ...optional(otherNamespaces)],
          [...titles, ...optional(otherTitles)],
        ])
          expect(sum(shares)).toEqual({ total, firing });
      }),
    );
  });

  it('is what the contract says, and of bounded size', () => {
    fc.assert(
      fc.property(members, (all) => {
        const digest: Digest = digestOf(all, ABOUT);
        expect(digestSchema.parse(digest)).toEqual(digest);
        expect(JSON.stringify(digest).length).toBeLessThan(LARGEST);
      }),
    );
  });

  it('names first what most of fires, and leaves out only what fires no more than that', () => {
    fc.assert(
      fc.property(members, (all) => {
        const { namespaces, otherNamespaces } = digestOf(all, ABOUT);
        const firing = namespaces.map((one) => one.firing);
        expect(firing).toEqual(firing.toSorted((a, b) => b - a));
        if (otherNamespaces === undefined) return;
        expect(namespaces).toHaveLength(DIGEST_ENTRIES);
        expect(otherNamespaces.firing).toBeLessThanOrEqual(otherNamespaces.names * (firing.at(-1) ?? 0));
      }),
    );
  });

  it('is the same in whatever order the alerts are', () => {
    const shuffled = members.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, ([all, others]) => {
        expect(digestOf(others, ABOUT)).toEqual(digestOf(all, ABOUT));
      }),
    );
  });
});
