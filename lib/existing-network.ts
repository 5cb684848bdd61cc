import { type ISubnet, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { importSubnets, importVpc } from './import-vpc.ts';
import type { FunctionNetwork, NetworkMode } from './network.ts';

/** The ids of an existing VPC. */
export interface ExistingNetworkProps {
  mode: NetworkMode;
  vpcId: string;
  subnetIds: readonly string[];
  securityGroupId: string;
}

/**
 * An existing VPC, in which nothing is changed. Its owner allows the security group to reach the database and DynamoDB, and
 * in the modes `ipv6` and `nat` the internet.
 */
export class ExistingNetwork extends Construct implements FunctionNetwork {
  readonly mode: NetworkMode;
  readonly placement: FunctionNetwork['placement'];

  constructor(scope: Construct, id: string, props: ExistingNetworkProps) {
    super(scope, id);
    const { mode, vpcId, subnetIds, securityGroupId } = props;
    this.mode = mode;
    const subnets: ISubnet[] = importSubnets(this, subnetIds);
    this.placement = {
      vpc: importVpc(this, vpcId),
      vpcSubnets: { subnets },
      securityGroups: [
        // The owner of the security group makes its rules.
        SecurityGroup.fromSecurityGroupId(this, 'Functions', securityGroupId, { mutable: false }),
      ],
    };
  }
}
