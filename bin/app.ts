import { App } from 'aws-cdk-lib';
import { NotificationsStack } from '../lib/notifications-stack.ts';
import { optionsOf } from './options.ts';

const app = new App();

new NotificationsStack(app, 'Belfry', {
  description: 'Belfry: in-app notifications',
  ...optionsOf(app.node.getAllContext()),
});
