import { arn } from '../aws/arn.ts';
import type { MessageAttribute } from '../aws/sqs-message.ts';
import type { Properties } from '../template/properties.ts';
import type { Make, Services } from './resource.ts';

const makeBus: Make = ({ properties, nameBy }, { eventBridge }) => {
  const name = nameBy('Name');
  eventBridge.createBus(name);
  properties.ignore('Description', 'Tags');
  return { ref: name, attributes: { Name: name, Arn: arn('events', `event-bus/${name}`) } };
};

const makeRule: Make = ({ properties, nameBy }, services) => {
  const name = nameBy('Name');
  const busName = properties.optionalText('EventBusName') ?? 'default';
  const path = busName === 'default' ? name : `${busName}/${name}`;
  const ruleArn = arn('events', `rule/${path}`);
  const eventPattern = properties.value('EventPattern');
  const schedule = properties.optionalText('ScheduleExpression');
  if (eventPattern === undefined && schedule === undefined) {
    return properties.refuse('EventPattern', 'a rule needs a pattern or a schedule');
  }
  properties.expect('State', 'ENABLED');
  services.eventBridge.createRule({
    name,
    arn: ruleArn,
    busName,
    ...(eventPattern !== undefined && { eventPattern }),
    ...(schedule !== undefined && { schedule }),
    targets: properties.nestedList('Targets').map((target) => targetOf(target, ruleArn, services)),
  });
  properties.ignore('Description', 'Tags');
  return { ref: path.replace('/', '|'), attributes: { Arn: ruleArn } };
};

function targetOf(target: Properties, ruleArn: string, { lambda, sqs, queueSenders }: Services) {
  const targetArn = target.text('Arn');
  if (!targetArn.includes(':lambda:')) target.refuse('Arn', 'only functions are targets locally');
  const queueArn = target.nested('DeadLetterConfig')?.text('Arn');
  // EventBridge invokes functions asynchronously, and Lambda puts every event into a queue of its own at once. So a rule
  // has nothing to retry here: https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html
  target.ignore('Id', 'RetryPolicy');
  return {
    arn: targetArn,
    async deliver(event: unknown) {
      lambda.invokeAsync(targetArn, event, { principal: 'events.amazonaws.com', sourceArn: ruleArn });
    },
    ...(queueArn !== undefined && {
      deadLetterQueue(body: string, attributes: Record<string, MessageAttribute>) {
        // The policy of the queue is made after the rule, so it is checked only now:
        // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html#eb-dlq-perms
        if (!queueSenders.has(`${queueArn} ${ruleArn}`)) {
          throw new Error(`the policy of the queue does not allow ${ruleArn} to send to it`);
        }
        sqs.send(queueArn, body, attributes);
      },
    }),
  };
}

export const events: Record<string, Make> = {
  'AWS::Events::EventBus': makeBus,
  'AWS::Events::Rule': makeRule,
};
