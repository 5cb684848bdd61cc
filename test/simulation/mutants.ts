import { coreMutants } from './mutants/core.ts';
import { deliveryMutants } from './mutants/delivery.ts';
import { lineMutants } from './mutants/line.ts';
import { mergeMutants } from './mutants/merge.ts';

/** The mistakes of which the simulation must see each. */
export const mutants = [...coreMutants, ...deliveryMutants, ...mergeMutants, ...lineMutants];
