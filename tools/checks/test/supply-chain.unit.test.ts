import { describe, expect, it } from 'vitest';
import { auditVerdict, productionPackages, sbomOf, sbomProblems } from '../../run/supply-chain.mjs';

describe('the audit', () => {
  const answer = (vulnerabilities: object, total: number) => ({
    vulnerabilities,
    metadata: { vulnerabilities: { info: 0, low: 0, moderate: 0, high: 0, critical: 0, total } },
  });

  it('fails for what is of high or critical severity, and names it', () => {
    const found = {
      a: { name: 'a', severity: 'critical', range: '<2.0.0' },
      b: { name: 'b', severity: 'moderate', range: '*' },
    };
    expect(auditVerdict(answer(found, 2))).toEqual({
      kind: 'vulnerable',
      lines: ['critical: a <2.0.0'],
    });
  });

  it('passes with lesser ones, which it counts', () => {
    const found = { b: { name: 'b', severity: 'moderate', range: '*' } };
    expect(auditVerdict(answer(found, 1))).toEqual({ kind: 'clean', lesser: 1 });
    expect(auditVerdict(answer({}, 0))).toEqual({ kind: 'clean', lesser: 0 });
  });

  it.each([
    ['an endpoint that the registry lacks', { message: '405 Method Not Allowed' }, '405 Method'],
    ['a registry that is away', { error: { summary: 'request failed' } }, 'request failed'],
    ['no answer', null, 'npm gave no report'],
  ])('is neither passed nor failed with %s', (_name, given, reason) => {
    expect(auditVerdict(given)).toEqual({
      kind: 'not_asked',
      reason: expect.stringContaining(reason) as string,
    });
  });
});

describe('the list of components', () => {
  const component = (name: string) => ({ name, purl: `pkg:npm/${name}@1.0.0` });
  const whole = ['fastify', 'bullmq', 'pg'].map(component);

  it('must be CycloneDX, and hold what is known to run', () => {
    expect(sbomProblems({ bomFormat: 'CycloneDX', components: whole })).toEqual([]);
    expect(sbomProblems({ bomFormat: 'CycloneDX', components: whole.slice(1) })).toEqual([
      'fastify is missing',
    ]);
    expect(sbomProblems({ bomFormat: 'CycloneDX', components: [...whole, { name: 'x' }] })).toEqual(
      ['x has no purl'],
    );
    expect(sbomProblems(null)).toEqual(['it is no CycloneDX document']);
  });

  it('has what the apps need when they run, wherever else it is for development', () => {
    const lock = {
      packages: {
        'apps/api': {
          name: '@x/api',
          version: '1.0.0',
          dependencies: { pg: '8', '@x/lib': '1.0.0' },
          devDependencies: { vitest: '5' },
        },
        'libs/lib': { name: '@x/lib', version: '1.0.0', devDependencies: { pg: '8' } },
        'tools/bench': { name: '@x/bench', version: '1.0.0', dependencies: { ajv: '8' } },
        'node_modules/@x/lib': { resolved: 'libs/lib', link: true },
        'node_modules/pg': { version: '8.0.0', dependencies: { split: '4' } },
        'node_modules/split': { version: '5.0.0' },
        'node_modules/pg/node_modules/split': { version: '4.0.0' },
        'node_modules/vitest': { version: '5.0.0' },
        'node_modules/ajv': { version: '8.0.0' },
      },
    };
    const needed = productionPackages(lock, ['apps/api']);
    expect([...needed].sort()).toEqual(['@x/api@1.0.0', '@x/lib@1.0.0', 'pg@8.0.0', 'split@4.0.0']);

    const all = ['pg@8.0.0', 'split@4.0.0|node_modules/pg/node_modules/split', 'vitest@5.0.0'];
    const sbom = {
      components: all.map((ref) => ({ 'bom-ref': ref })),
      dependencies: all.map((ref) => ({ ref, dependsOn: all.filter((one) => one !== ref) })),
    };
    const [pg, split] = all;
    expect(sbomOf(sbom, needed)).toEqual({
      components: [{ 'bom-ref': pg }, { 'bom-ref': split }],
      dependencies: [
        { ref: pg, dependsOn: [split] },
        { ref: split, dependsOn: [pg] },
      ],
    });
  });
});
