import { App } from 'aws-cdk-lib';
import { NotificationsStack } from 'belfry-cdk';
import { fitToEmulator } from 'belfry-cdk/emulator';
import { readContext } from './context.ts';
import { optionsOf } from './options.ts';

const app = new App();
const context = app.node.getAllContext();
const { stackName = 'Belfry', emulator } = readContext(context);

const stack = new NotificationsStack(app, stackName, {
  description: 'Belfry: in-app notifications',
  ...optionsOf(context),
});
if (emulator !== undefined) fitToEmulator(stack, emulator);
