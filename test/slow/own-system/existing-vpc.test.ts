import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { GatewayVpcEndpointAwsService, IpProtocol, type IVpc, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFunctions } from '../../../bin/build.ts';
import { Notifications } from '../../../lib/notifications.ts';
import { stackOutputs } from '../../../lib/outputs.ts';
import { command, newUser } from '../../support/installation.ts';
import { type OwnSystem, startOwnSystem } from '../../support/own-system.ts';

/** A create that reaches the database, DynamoDB and a socket. */
async function createAndReceive({ belfry }: OwnSystem) {
  const user = newUser();
  const socket = await belfry.connect(user);
  const { created } = await belfry.invoke(command(user));
  expect(await socket.next()).toMatchObject({ type: 'notification.created', version: 1 });
  await socket.close();
  return created.delivery;
}

const reached = { connections: 1, posted: 1, gone: 0, failed: 0 };

describe('a stack in a VPC that is known by its ids', () => {
  let own: OwnSystem;
  beforeAll(async () => {
    const subnetIds = 'subnet-0a1b2c3d4e5f60718,subnet-1a1b2c3d4e5f60718';
    own = await startOwnSystem({ context: { vpcId: 'vpc-0a1b2c3d4e5f60718', subnetIds, network: 'nat' } });
  });
  afterAll(() => own?.stop());

  it('works', async () => expect(await createAndReceive(own)).toEqual(reached));
});

// The local runtime follows the routes of this VPC.
describe('a stack in a VPC that the app makes', () => {
  const assemblyDirectory = mkdtempSync(join(tmpdir(), 'belfry-vpc-'));
  let own: OwnSystem;
  beforeAll(async () => {
    await buildFunctions();
    synthesizeInVpc(assemblyDirectory);
    own = await startOwnSystem({ assemblyDirectory });
  });
  afterAll(async () => {
    await own?.stop();
    rmSync(assemblyDirectory, { recursive: true });
  });

  it('works', async () => expect(await createAndReceive(own)).toEqual(reached));
});

function synthesizeInVpc(outdir: string): void {
  const app = new App({ outdir });
  const stack = new Stack(app, 'Belfry');
  const vpc = new Vpc(stack, 'Shared', {
    ipProtocol: IpProtocol.DUAL_STACK,
    natGateways: 0,
    subnetConfiguration: [
      { name: 'Apps', subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      { name: 'Data', subnetType: SubnetType.PRIVATE_ISOLATED },
    ],
    gatewayEndpoints: { DynamoDb: { service: GatewayVpcEndpointAwsService.DYNAMODB } },
  });
  const notifications = new Notifications(stack, 'Notifications', {
    // The cast: under exactOptionalPropertyTypes the CDK's classes do not match its own interfaces.
    database: { mode: 'rds', vpc: vpc as IVpc },
    network: 'ipv6',
  });
  for (const [name, { valueIn }] of Object.entries(stackOutputs)) {
    const value = valueIn(notifications);
    if (value) new CfnOutput(stack, name, { value });
  }
  app.synth();
}
