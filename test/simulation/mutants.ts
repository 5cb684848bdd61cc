import { coreMutants } from './mutants/core.ts';
import { deliveryMutants } from './mutants/delivery.ts';
import { lineMutants } from './mutants/line.ts';
import { mergeMutants } from './mutants/merge.ts';

/** The mistakes of which the simulation must see each, by the part of the code that they are in. */
export const mutantsByPart = [coreMutants, deliveryMutants, mergeMutants, lineMutants];

export const mutants = mutantsByPart.flat();
