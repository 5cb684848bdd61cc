import { App } from 'aws-cdk-lib';
import { BookingStack } from './booking-stack.ts';

new BookingStack(new App(), 'Booking');
