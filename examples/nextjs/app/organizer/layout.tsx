import type { ReactNode } from 'react';
import { Frontend } from '../../components/frontend.tsx';

export default function OrganizerLayout({ children }: { children: ReactNode }) {
  return <Frontend name="organizer">{children}</Frontend>;
}
