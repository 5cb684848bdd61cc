import { Annotations, Fn } from 'aws-cdk-lib';
import { type ISubnet, type IVpc, Subnet, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';

/** A VPC by its id alone, so that a synthesis needs no look-up in the account. Its subnets are imported one by one. */
export function importVpc(scope: Construct, vpcId: string): IVpc {
  // The CDK requires a zone, but does not use it if subnets are named.
  return Vpc.fromVpcAttributes(scope, 'Vpc', { vpcId, availabilityZones: [Fn.select(0, Fn.getAzs())] });
}

/** Subnets by their ids. */
export function importSubnets(scope: Construct, subnetIds: readonly string[]): ISubnet[] {
  // The stack never reads the routes of existing subnets, which this warning is about.
  Annotations.of(scope).acknowledgeWarning('@aws-cdk/aws-ec2:noSubnetRouteTableId');
  // The CDK requires a zone here too. The true one is not known.
  const availabilityZone = Fn.select(0, Fn.getAzs());
  return subnetIds.map((subnetId) =>
    Subnet.fromSubnetAttributes(scope, subnetId, { subnetId, availabilityZone }),
  );
}
