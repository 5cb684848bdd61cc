import { parseCommand } from '../../functions/core/command.ts';
import { createCommandService } from '../../functions/core/command-service.ts';
import type { NotificationRepository } from '../../functions/core/notification-repository.ts';
import { createNotificationService } from '../../functions/core/notification-service.ts';
import type { Policy } from '../../functions/core/policy.ts';
import type { Clock, Publisher } from '../../functions/core/ports.ts';
import type { ScheduleRepository } from '../../functions/core/scheduled.ts';
import type { DueTimes } from '../../functions/core/timers.ts';
import { createInMemoryDueTimes } from '../fakes/in-memory-due-times.ts';
import { createRecordingMetrics, type RecordingMetrics } from '../fakes/recording-metrics.ts';
import { createRecordingPublisher } from '../fakes/recording-publisher.ts';
import { policyOf } from './policy.ts';

/** The services of producers and of users, over one repository. What a test does not name is a fake. */
export function servicesOver(
  repository: NotificationRepository & ScheduleRepository,
  {
    publisher = createRecordingPublisher(),
    dueTimes = createInMemoryDueTimes(),
    metrics = createRecordingMetrics(),
    policy = policyOf(),
    clock,
  }: {
    publisher?: Publisher;
    dueTimes?: DueTimes;
    metrics?: RecordingMetrics;
    policy?: Policy;
    clock: Clock;
  },
) {
  return {
    commands: createCommandService({
      repository,
      schedules: repository,
      dueTimes,
      publisher,
      metrics,
      clock,
    }),
    service: createNotificationService({ repository, publisher, dueTimes, policy, clock }),
  };
}

/** A create command, as the service takes it. */
export function createOf(input: object, now = 0) {
  const command = parseCommand(input, { defaultKey: null, now });
  if (command.action !== 'create') throw new Error(`This is ${command.action}, not a create.`);
  return command.command;
}
