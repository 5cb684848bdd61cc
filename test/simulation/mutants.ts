import { bellMutants } from './mutants/bells.ts';
import { coreMutants } from './mutants/core.ts';
import { deliveryMutants } from './mutants/delivery.ts';
import { disputeClientMutants, disputeMutants } from './mutants/disputes.ts';
import { livingClientMutants, livingMutants } from './mutants/living.ts';
import { mergeMutants } from './mutants/merge.ts';
import { serviceMutants } from './mutants/service.ts';
import { socketMutants } from './mutants/socket.ts';
import { userMutants } from './mutants/users.ts';

/** The mistakes of which the simulation must see each, by the part of the code that they are in. */
export const mutantsByPart = [
  [...coreMutants, ...serviceMutants],
  deliveryMutants,
  [...mergeMutants, ...bellMutants, ...livingClientMutants, ...disputeClientMutants],
  [...livingMutants, ...disputeMutants],
  socketMutants,
  userMutants,
];

export const mutants = mutantsByPart.flat();
