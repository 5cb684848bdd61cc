import { coreMutants } from './mutants/core.ts';
import { deliveryMutants } from './mutants/delivery.ts';
import { mergeMutants } from './mutants/merge.ts';
import { socketMutants } from './mutants/socket.ts';
import { userMutants } from './mutants/users.ts';

/** The mistakes of which the simulation must see each, by the part of the code that they are in. */
export const mutantsByPart = [coreMutants, deliveryMutants, mergeMutants, socketMutants, userMutants];

export const mutants = mutantsByPart.flat();
