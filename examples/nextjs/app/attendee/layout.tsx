import type { ReactNode } from 'react';
import { Frontend } from '../../components/frontend.tsx';

export default function AttendeeLayout({ children }: { children: ReactNode }) {
  return <Frontend name="attendee">{children}</Frontend>;
}
