import { afterEach, describe, expect, it, vi } from 'vitest';
import { mutants } from './mutants.ts';
import { readSample, takeSample } from './sample.ts';

afterEach(() => vi.unstubAllEnvs());

describe('A sample of the simulation', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(takeSample(1, 'a test')).toEqual(takeSample(1, 'a test'));
    expect(takeSample(1, 'a test')).not.toEqual(takeSample(2, 'a test'));
  });

  it('has 300 of the 10,000 schedules, and 18 different mutants that many schedules find', () => {
    for (let seed = 0; seed < 500; seed += 1) {
      const sample = takeSample(seed, 'a test');
      expect(sample.to - sample.from).toBe(300);
      expect(sample.from).toBeGreaterThanOrEqual(0);
      expect(sample.to).toBeLessThanOrEqual(10_000);
      expect(new Set(sample.mutants).size).toBe(18);
      expect(sample.mutants.filter(({ isRare }) => isRare)).toEqual([]);
    }
  });

  it('contains every mutant that is not rare for some seed', () => {
    const samples = Array.from({ length: 500 }, (_, seed) => takeSample(seed, 'a test').mutants);
    expect(new Set(samples.flat())).toEqual(new Set(mutants.filter(({ isRare }) => !isRare)));
  });

  it('is taken by the commit, and says how to take it again', () => {
    vi.stubEnv('SIMULATION', undefined);
    const { description, ...sample } = readSample();
    const { seed } = /SIMULATION=(?<seed>\d+) npx vitest/.exec(description)?.groups ?? {};
    vi.stubEnv('SIMULATION', seed);
    expect(readSample()).toMatchObject(sample);
  });

  it('is everything where all is asked for', () => {
    vi.stubEnv('SIMULATION', 'all');
    expect(readSample()).toMatchObject({ from: 0, to: 10_000, mutants });
  });

  it('refuses any other setting', () => {
    vi.stubEnv('SIMULATION', 'most');
    expect(() => readSample()).toThrow('SIMULATION must be "all" or the seed of a sample');
  });
});
