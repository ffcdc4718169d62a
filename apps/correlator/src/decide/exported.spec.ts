import type { Labels } from '@gomon/contracts';
import { withoutScraped } from './exported.js';

describe('labels of what an alert is about', () => {
  it.each<[Labels, Labels]>([
    [
      {
        alertname: 'NGINXTooMany500s',
        namespace: 'ingress-nginx',
        pod: 'nginx-0',
        instance: '10.0.0.1:10254',
        exported_namespace: 'shop',
        exported_service: 'cart',
        ingress: 'shop',
      },
      {
        alertname: 'NGINXTooMany500s',
        namespace: 'shop',
        service: 'cart',
        ingress: 'shop',
        exported_namespace: 'shop',
        exported_service: 'cart',
      },
    ],
    [
      { namespace: 'monitoring', pod: 'ksm-0', exported_pod: 'cart-1' },
      { namespace: 'monitoring', pod: 'cart-1', exported_pod: 'cart-1' },
    ],
    [
      { job: 'pushgateway', exported_job: 'backup', service: 'cart' },
      { job: 'backup', exported_job: 'backup', service: 'cart' },
    ],
    [{ exported_: 'x' }, { exported_: 'x' }],
  ])('%j: %j', (labels, expected) => {
    expect(withoutScraped(labels)).toEqual(expected);
  });

  it('are those that it has, where Prometheus has renamed none', () => {
    const labels = { namespace: 'shop', pod: 'cart-1', exported_service: '' };
    expect(withoutScraped(labels)).toBe(labels);
  });
});
