import type { PendingDelivery } from '../../functions/core/pending-delivery.ts';
import type { DeliveryQueue } from '../../functions/core/ports.ts';

/** A queue that keeps what was put into it. */
export interface InMemoryDeliveryQueue extends DeliveryQueue {
  /** In the order in which they came. */
  readonly deliveries: readonly PendingDelivery[];
}

export function createInMemoryDeliveryQueue(): InMemoryDeliveryQueue {
  const deliveries = new Map<string, PendingDelivery>();
  return {
    get deliveries() {
      return [...deliveries.values()];
    },
    async put(pending) {
      deliveries.set(`${pending.delivery_id} ${pending.attempt}`, structuredClone(pending));
    },
  };
}
