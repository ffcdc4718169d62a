import type { Labels } from '@gomon/contracts';
import { rulesAtOnce } from '../decide/together.spec-support.js';
import { roleOfAlert } from './role-of.js';
import { wordsOf } from './words.js';

const { pack } = rulesAtOnce();

function kindOf(name: string, labels: Labels, text = '', isProbe = true): string {
  return roleOfAlert(labels, name, wordsOf(text), isProbe, pack).role.kind.name;
}

describe('what a probe says', () => {
  it('is that it has failed, where it says nothing else', () => {
    expect(kindOf('Web app', { url: 'https://app.shop.example' })).toBe('probe');
    expect(kindOf('Web app', { url: 'https://app.shop.example' }, '', false)).toBe('other');
  });

  it('is about somebody else, where it asks them', () => {
    expect(kindOf('Payments', { url: 'https://api.stripe.com/healthcheck' })).toBe('third-party');
    expect(kindOf('dns check', { target: 'dynamodb.us-east-1.amazonaws.com' })).toBe('third-party');
    expect(kindOf('BlackboxProbeFailed', { instance: 'https://api.stripe.com' }, '', false)).toBe(
      'third-party',
    );
    expect(kindOf('HighErrorRate', { instance: 'https://api.stripe.com' }, '', false)).toBe('errors');
  });

  it('is about what is ours, where it has a label of that, unless another says whom it depends on', () => {
    expect(kindOf('ProbeFailed', { url: 'https://gitlab.com/users', service: 'web' })).toBe('probe');
    expect(kindOf('ProbeFailed', { url: 'https://api.stripe.com', service: 'pay', provider: 'stripe' })).toBe(
      'third-party',
    );
  });

  it('is, where a provider tells of itself, of that provider', () => {
    expect(kindOf('GCP incident feed', { provider: 'gcp' }, '', false)).toBe('third-party');
    expect(kindOf('statuspage: Maps', { vendor: 'maps' }, 'degraded', false)).toBe('third-party');
    expect(kindOf('Checkout status', { service: 'checkout' }, '', false)).not.toBe('third-party');
  });

  it('of a host that is called as what many run themselves is about that host', () => {
    expect(kindOf('console', { url: 'https://cloud.elastic.example/login' })).toBe('probe');
    expect(kindOf('gitlab', { url: 'https://gitlab.shop.example/-/readiness' })).toBe('probe');
    expect(kindOf('gitlab', { url: 'https://gitlab.example/-/readiness' })).toBe('probe');
  });

  it('of our own page about our status is that it has failed', () => {
    expect(kindOf('Status page down', { url: 'https://status.shop.example' })).toBe('probe');
    expect(kindOf('Stripe status page down', { url: 'https://status.shop.example' })).toBe('third-party');
  });

  it('is in whatever words only that it has failed', () => {
    for (const text of ['H10 App crashed', '503 errors', 'timed out', 'the page is down'])
      expect(kindOf('website', { url: 'https://app.shop.example' }, text)).toBe('probe');
    expect(kindOf('website', { url: 'https://app.shop.example' }, 'App crashed', false)).toBe('crash');
  });

  it('of a certificate is about that, whoever it is for', () => {
    expect(kindOf('CertificateExpired', { url: 'https://api.stripe.com' })).toBe('certificate');
  });
});

describe('an alert that is called after a service of somebody else', () => {
  it('is about that, where it is about nothing of ours', () => {
    expect(kindOf('FastlyErrorRate', {}, '', false)).toBe('third-party');
    expect(kindOf('FastlyErrorRate', { service: 'shop' }, '', false)).toBe('errors');
  });

  it('is none where many run that themselves, or it is a part of a cloud', () => {
    expect(kindOf('KafkaRequestErrors', {}, '', false)).toBe('datastore');
    expect(kindOf('SqsDeliveryErrors', {}, '', false)).toBe('errors');
  });
});

describe('a host', () => {
  it.each(['switch', 'switches', 'router', 'firewalls'])('that is a %s is called as one', (role) => {
    expect(kindOf('Host down', { host: 'tor-b12', role }, '', false)).toBe('facility');
  });

  it('of any other role is a host', () => {
    expect(kindOf('Host down', { host: 'web-1', role: 'web' }, '', false)).toBe('node-down');
    expect(kindOf('HighLatency', { host: 'tor-b12', role: 'switch' }, '', false)).toBe('latency');
  });
});

describe('a workload', () => {
  const partOf = (labels: Labels) => {
    const { role, part } = roleOfAlert(labels, 'KubePodCrashLooping', '', false, pack);
    return [role.kind.name, part?.name];
  };

  it('that is ill is of the kind of what it is a part of, and of one pod that is its part', () => {
    expect(partOf({ deployment: 'coredns' })).toEqual(['dns', undefined]);
    expect(partOf({ pod: 'coredns-5c98db65d4-x7k2p' })).toEqual(['crash', 'dns']);
    expect(partOf({ deployment: 'cart' })).toEqual(['crash', undefined]);
  });
});
