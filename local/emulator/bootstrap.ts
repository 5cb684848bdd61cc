import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import type { Emulator } from './settings.ts';

/** Whether the CDK has been bootstrapped in the emulator: its own command takes longer to find that out. */
export async function isBootstrapped(emulator: Emulator): Promise<boolean> {
  const command = new DescribeStacksCommand({ StackName: 'CDKToolkit' });
  try {
    const { Stacks = [] } = await new CloudFormationClient(emulator).send(command);
    return Stacks.some(({ StackStatus }) => /^(CREATE|UPDATE)_COMPLETE$/.test(StackStatus ?? ''));
  } catch (error) {
    // What CloudFormation says where there is no such stack.
    if (error instanceof Error && error.name === 'ValidationError') return false;
    throw error;
  }
}
